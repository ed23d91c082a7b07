using GmmVision.Cli.Watch;
using Xunit;

namespace GmmVision.Tests.Live;

/// <summary>A configuration whose cameras are changed keeps everything else: comments, order, spacing.</summary>
public sealed class CameraTextTests
{
    private const string Url = "rtsp://u:p@h/a?b=1&c=\"2\"", Quoted = "\"rtsp://u:p@h/a?b=1&c=\\\"2\\\"\"";

    [Theory]
    // Blocks: behind the last camera, as the others are indented; comments stay.
    [InlineData("cameras:\n  front: /dev/video0   # at the door\n# more\nkeep: 30d\n", "cameras:\n  front: /dev/video0   # at the door\n  new: @\n# more\nkeep: 30d\n")]
    [InlineData("cameras:\r\n    front: a\r\n", "cameras:\r\n    front: a\r\n    new: @\r\n")]
    [InlineData("cameras:\n  front: a", "cameras:\n  front: a\n  new: @")]
    [InlineData("cameras:\n  back:\n    source: b\n    zone: [\"1,1 2,2 3,1\"]\n\n# the end\n", "cameras:\n  back:\n    source: b\n    zone: [\"1,1 2,2 3,1\"]\n  new: @\n\n# the end\n")]
    [InlineData("cameras:\n  back:\n    source: b\n    zone:\n      - 1,1 2,2 3,1\nkeep: 3d\n", "cameras:\n  back:\n    source: b\n    zone:\n      - 1,1 2,2 3,1\n  new: @\nkeep: 3d\n")]
    // None yet.
    [InlineData("", "cameras:\n  new: @\n")]
    [InlineData("# nothing yet", "# nothing yet\ncameras:\n  new: @\n")]
    [InlineData("keep: 30d   # days\n", "keep: 30d   # days\ncameras:\n  new: @\n")]
    [InlineData("cameras:\nkeep: 30d\n", "cameras:\n  new: @\nkeep: 30d\n")]
    [InlineData("cameras: {}\n", "cameras: {\"new\": @}\n")]
    // In one line.
    [InlineData("cameras: {front: a}   # short\n", "cameras: {front: a, \"new\": @}   # short\n")]
    // Another source.
    [InlineData("cameras:\n  new: old   # its address\n  b: c\n", "cameras:\n  new: @   # its address\n  b: c\n")]
    [InlineData("cameras:\n  new:\n    zone: [\"1,1 2,2 3,1\"]\n    source: 'old'   # its address\n  b: c\n", "cameras:\n  new:\n    zone: [\"1,1 2,2 3,1\"]\n    source: @   # its address\n  b: c\n")]
    public void A_camera_is_set(string before, string after) => Assert.Equal(after.Replace("@", Quoted, StringComparison.Ordinal), CameraText.Set(before, "w.yaml", "new", Url));

    [Theory]
    [InlineData("{\n  \"cameras\": {\n    \"front\": \"a\"\n  },\n  \"keep\": \"3d\"\n}\n", "{\n  \"cameras\": {\n    \"front\": \"a\",\n    \"new\": @\n  },\n  \"keep\": \"3d\"\n}\n")]
    [InlineData("{ \"keep\": \"3d\" }", "{ \"keep\": \"3d\", \"cameras\": {\"new\": @} }")]
    [InlineData("{\"cameras\":{\"new\":\"old\"}}", "{\"cameras\":{\"new\":@}}")]
    public void A_camera_is_set_in_JSON(string before, string after) => Assert.Equal(after.Replace("@", Quoted, StringComparison.Ordinal), CameraText.Set(before, "w.json", "new", Url));

    [Theory]
    [InlineData("w.yaml", "cameras:\n  a: 1   # one\n  old: 2\n  # three\n  c: 3\n", "cameras:\n  a: 1   # one\n  # three\n  c: 3\n")]
    [InlineData("w.yaml", "cameras:\n  a: 1\n  old:\n    source: x   # y\n    zone:\n      - 1,1 2,2 3,1\nkeep: 3d\n", "cameras:\n  a: 1\nkeep: 3d\n")]
    [InlineData("w.yaml", "cameras:\n  a: 1\n  old: 2", "cameras:\n  a: 1\n")]
    [InlineData("w.yaml", "cameras: {old: 1, b: 2}\n", "cameras: {b: 2}\n")]
    [InlineData("w.yaml", "cameras: {a: 1, old: {source: x}}\n", "cameras: {a: 1}\n")]
    [InlineData("w.yaml", "cameras:\n  old: 1\nkeep: 3d\n", "cameras:\nkeep: 3d\n")]
    [InlineData("w.json", "{\n  \"cameras\": {\n    \"a\": \"1\",\n    \"old\": {\n      \"source\": \"2\"\n    }\n  }\n}", "{\n  \"cameras\": {\n    \"a\": \"1\"\n  }\n}")]
    public void A_camera_is_removed(string path, string before, string after) => Assert.Equal(after, CameraText.Remove(before, path, "old"));

    [Theory]
    [InlineData("w.json", "{ // comments are no YAML\n \"cameras\": {\"a\": \"1\"}}")]
    [InlineData("w.yaml", "cameras: [a]\n")]
    [InlineData("w.yaml", "cameras:\n  new:\n    - a\n")]
    public void What_is_not_understood_is_left_alone(string path, string text) =>
        Assert.Contains("cannot be changed from here", Assert.Throws<FormatException>(() => CameraText.Set(text, path, "new", Url)).Message, StringComparison.Ordinal);
}
