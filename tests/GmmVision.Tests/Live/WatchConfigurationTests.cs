using GmmVision.Cli;
using GmmVision.Cli.Commands;
using GmmVision.Cli.Watch;
using GmmVision.Ffmpeg;
using GmmVision.Recording.Cameras;
using GmmVision.Recording.Clips;
using Xunit;

namespace GmmVision.Tests.Live;

public class WatchConfigurationTests
{
    private const string Yaml = """
        # two cameras
        output: /tmp/somewhere
        keep: [30d, 50GB]
        listen: 0.0.0.0:9000
        token: abcdefghijkl
        webhook: https://example.org/hook
        min-area: 0.002
        cameras:
          front: rtsp://user:secret@192.168.1.20/stream1
          back:
            source: /dev/video0
            min-area: 0.01
            shadow-test: off
            zone:
              - "door:1,2 30,2 30,40"
              - 5,5 9,5 9,9
            night:
              probability: 0.001
            pre-roll: 3
        """;

    private const string Json = """
        {
          "output": "/tmp/somewhere",
          "keep": ["30d", "50GB"],
          "listen": "0.0.0.0:9000",
          "token": "abcdefghijkl",
          "webhook": "https://example.org/hook",
          "min-area": 0.002,
          "cameras": {
            "front": "rtsp://user:secret@192.168.1.20/stream1",
            "back": { "source": "/dev/video0", "min-area": 0.01, "shadow-test": false, "zone": ["door:1,2 30,2 30,40", "5,5 9,5 9,9"], "night": { "probability": 0.001 }, "pre-roll": 3 }
          }
        }
        """;

    [Theory]
    [InlineData("a.yaml", Yaml)]
    [InlineData("a.json", Json)]
    public void Yaml_and_json_say_the_same(string path, string text)
    {
        WatchSetup setup = WatchConfiguration.From(ConfigReader.Parse(text, path), path);
        WatchOptions.Validate(setup);
        Assert.Equal("/tmp/somewhere", setup.Output);
        Assert.Equal(new RetentionRule(30, 50_000_000_000), setup.Keep);
        Assert.Equal("0.0.0.0:9000", setup.Page!.Listen);
        Assert.Equal("abcdefghijkl", setup.Page.Token);
        Assert.Equal("example.org", Assert.Single(setup.Webhooks).Host);
        Assert.Equal(["front", "back"], setup.Cameras.Select(camera => camera.Name));
        (CameraSetup front, CameraSetup back) = (setup.Cameras[0], setup.Cameras[1]);
        Assert.Equal("rtsp://user:secret@192.168.1.20/stream1", front.Source);
        Assert.Equal(0.002, front.Profiles.Day.MinArea);
        Assert.False(front.Profiles.Switching);
        Assert.Equal(0.01, back.Profiles.Day.MinArea);
        Assert.Equal(["door", null], back.Zones.Select(zone => zone.Zone.Name));
        Assert.Null(front.Profiles.Day.ShadowTest);
        Assert.False(back.Profiles.Day.ShadowTest);
        Assert.True(back.Profiles.Switching);
        Assert.Equal(0.001, back.Profiles.Night.Probability);
        Assert.Equal(TimeSpan.FromSeconds(3), back.Motion.PreRoll);
    }

    [Theory]
    [InlineData("a.yaml", "output: x\nmin_area: 0.1\n", "a.yaml:2: there is no setting 'min_area'; is 'min-area' meant?")]
    [InlineData("a.yaml", "nonsense: 1\n", "a.yaml:1: there is no setting 'nonsense'; the names are those of the command line (gmmvision watch --help), and 'cameras'.")]
    [InlineData("a.yaml", "\nmin-area: much\n", "a.yaml:2: min-area needs a number from 0 to 1, or 0% to 100%, not 'much'.")]
    [InlineData("a.yaml", "cameras:\n  a:\n    source: x\n    listen: 1\n", "a.yaml:4: 'listen' is for the whole program; write it outside 'cameras'.")]
    [InlineData("a.yaml", "cameras:\n  a:\n    zone: 1,2 3,4\n    source: x\n", "a.yaml:3: zone ")]
    [InlineData("a.yaml", "cameras:\n  a:\n    history: 1\n    source: x\n", "a.yaml:3: history needs a number from 2 to 1000000, not '1'.")]
    [InlineData("a.yaml", "cameras:\n  a:\n    loop: true\n", "a.yaml:2: the camera 'a' has no 'source'.")]
    [InlineData("a.yaml", "cameras:\n  a:\n    source: x\n    shadow-test: some\n", "a.yaml:4: shadow-test needs true or false, not 'some'.")]
    [InlineData("a.yaml", "detect-height: 7\n", "a.yaml:1: detect-height needs a whole number of rows from 64 to 32768, full or auto, not '7'.")]
    [InlineData("a.yaml", "output: a\noutput: b\n", "a.yaml:2: 'output' stands here a second time; the first is in line 1.")]
    [InlineData("a.yaml", "keep:\n  - 30d\n  - soon\n", "a.yaml:3: keep needs an age such as 30d (0.01d to 36500d) or a size such as 50GB or 800MB (1MB to 1000TB), not 'soon'.")]
    [InlineData("a.yaml", "output: x\nlisten: nowhere\n", "a.yaml:2: listen needs HOST:PORT such as 127.0.0.1:8080 or 0.0.0.0:8080, not 'nowhere'.")]
    [InlineData("a.yaml", "output: x\ntoken: short\n", "a.yaml:2: token needs at least 12 letters and digits")]
    [InlineData("a.yaml", "output: x\nmax-duration: 0.1\n", "a.yaml:2: max-duration is 0.1 s; it must be 1 to 86400000 seconds.")]
    [InlineData("a.yaml", "cameras:\n  a:\n    source: x\n    min-duration: 9\n    max-duration: 5\n", "a.yaml:5: max-duration is 5 s; it must be min-duration, 9 s, or more.")]
    [InlineData("a.json", "{\n \"output\": \"\\uD800\"\n}", "a.json:2: this text holds a character that is none.")]
    [InlineData("a.yaml", "output: [a, b]\n", "a.yaml:1: 'output' needs one value.")]
    [InlineData("a.yaml", "a: [1\nb: 2\n", "a.yaml:1: this is not YAML")]
    [InlineData("a.yaml", "a: &x 1\nb: *x\n", "a.yaml:2: anchors and aliases")]
    [InlineData("a.json", "{\n \"output\": \"x\",\n \"stal\": 3\n}", "a.json:3: there is no setting 'stal'; is 'stall' meant?")]
    [InlineData("a.json", "{\n \"output\": \n}", "a.json:3: this is not JSON")]
    [InlineData("a.json", "[1]", "a.json:1: a configuration is a list of 'name: value' lines.")]
    [InlineData("a.txt", "", "--config a.txt ends in '.txt'")]
    public void What_is_wrong_is_told_with_its_line(string path, string text, string message)
    {
        UserError error = Assert.Throws<UserError>(() => WatchConfiguration.From(ConfigReader.Parse(text, path), path));
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, error.ExitCode);
    }

    [Fact]
    public void An_empty_file_says_nothing() => Assert.Empty(WatchConfiguration.From(ConfigReader.Parse("# nothing\n", "a.yml"), "a.yml").Cameras);

    [Fact]
    public void The_command_line_counts_more_than_the_file()
    {
        string path = Path.Combine(Path.GetTempPath(), $"gmmvision-{Guid.NewGuid():N}.yaml");
        File.WriteAllText(path, "keep: 1d\nhistory: 100\ncameras:\n  a: rtsp://one/\n");
        try
        {
            WatchSetup setup = WatchCommand.Assemble(path, [(Option("history"), "200"), (Option("output"), "x"), (Option("keep"), "2d")], ["b=rtsp://two/?x=1"]);
            Assert.Equal(2, setup.Keep!.Days);
            Assert.Equal(["a", "b"], setup.Cameras.Select(camera => camera.Name));
            Assert.Equal("rtsp://two/?x=1", setup.Cameras[1].Source);
            Assert.All(setup.Cameras, camera => Assert.Equal(200, camera.Profiles.Day.History));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void One_camera_without_a_name_is_called_camera() =>
        Assert.Equal("camera", Assert.Single(WatchCommand.Assemble(null, [], ["http://host/video?name=x"]).Cameras).Name);

    [Theory]
    [InlineData("--listen 0.0.0.0:8080 lets others connect, so it needs a --token", "listen", "0.0.0.0:8080")]
    [InlineData("--listen needs HOST:PORT", "listen", "8080x")]
    [InlineData("--keep says what to keep of the recordings, and needs --output DIR", "keep", "3d")]
    [InlineData("--webhook needs a URL that begins with http:// or https://, not 'ftp://x'", "webhook", "ftp://x")]
    [InlineData("--stall needs 1 s or more, not '0.2'", "stall", "0.2")]
    [InlineData("--record needs one of auto, encode, always, off, not '1'", "record", "1")]
    [InlineData("--night needs NAME=VALUE such as min-area=0.01, not 'dark'", "night", "dark")]
    public void A_wrong_option_is_told_in_one_line(string message, string option, string text)
    {
        Exception error = Assert.ThrowsAny<Exception>(() => WatchCommand.Assemble(null, [(Option(option), text)], ["rtsp://camera/"]));
        Assert.StartsWith(message, CommandFrame.Describe(error), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("give at least one camera")]
    [InlineData("there are two cameras named 'a'", "a=rtsp://x/", "A=rtsp://y/")]
    [InlineData("'nothing.mp4' is neither a URL, a camera (/dev/video0, camera:0) nor a file that is there", "nothing.mp4")]
    [InlineData("'htp://camera/' has the unknown protocol 'htp'; a camera's URL begins with rtsp, ", "htp://camera/")]
    [InlineData("'rtsp://***@:554/' names no camera", "rtsp://me:s@cret@:554/")]
    [InlineData("'http://' names no camera; a URL has the form http://HOST[:PORT]/PATH", "http://")]
    [InlineData("'rtsp://***@[camera/' names no camera", "rtsp://me:secret@[camera/")]
    public void Wrong_sources_are_told(string message, params string[] sources) =>
        Assert.StartsWith(message, Assert.Throws<UserError>(() => WatchCommand.Assemble(null, [], sources)).Message, StringComparison.Ordinal);

    [Fact]
    public void Two_sizes_of_one_picture_are_refused()
    {
        (WatchOption, string)[] both = [(Option("size"), "640x360"), (Option("detect-height"), "360")];
        Assert.StartsWith("camera camera has a size and a detect-height", Assert.Throws<UserError>(() => WatchCommand.Assemble(null, both, ["rtsp://camera/"])).Message, StringComparison.Ordinal);
        Assert.Equal(WorkingHeight.AtMost(360), Assert.Single(WatchCommand.Assemble(null, both, ["/dev/video0"]).Cameras).DetectHeight);      // a webcam is asked for the one, and scaled to the other
    }

    private static WatchOption Option(string name) => WatchOptions.All.Single(option => option.Name == name);
}
