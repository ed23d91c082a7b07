using GmmVision.Cli;
using GmmVision.Cli.Detect;
using Xunit;

namespace GmmVision.Tests.Cli;

public sealed class InputListTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gmmvision-inputs").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Touch(string name)
    {
        string path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "");
        return path;
    }

    private string[] Names(params string[] words) => [.. InputList.Expand(words, Path.Combine(_folder, "out")).Select(input => input.Name)];

    [Fact]
    public void Every_input_gets_a_name_of_its_own()
    {
        Assert.Equal(["a", "b"], Names("a.mp4", "x/b.avi"));
        Assert.Equal(["a.mp4", "a.avi"], Names("a.mp4", "a.avi"));
        Assert.Equal(["a.mp4", "a.mp4-2"], Names("x/a.mp4", "y/a.mp4"));
        Assert.Equal(["stdin", "cam1", "camera_0"], Names("-", "rtsp://me:secret@host/cam1", "camera:0"));
        Assert.Equal(["input"], Names("rtsp://host/"));
    }

    [Fact]
    public void A_pattern_and_a_folder_become_their_videos_in_order()
    {
        Touch("cams/b.mp4");
        Touch("cams/a.mkv");
        Touch("cams/notes.txt");
        Assert.Equal(["a", "b"], Names(Path.Combine(_folder, "cams")));
        Assert.Equal(["b"], Names(Path.Combine(_folder, "cams", "*.mp4")));
        Assert.Contains("No file matches", Assert.Throws<UserError>(() => Names(Path.Combine(_folder, "cams", "*.avi"))).Message);
    }

    [Fact]
    public void A_folder_with_images_is_one_input()
    {
        Touch("frames/in000001.png");
        Assert.Equal(["frames"], Names(Path.Combine(_folder, "frames")));
    }

    [Fact]
    public void Results_never_go_into_the_input_itself()
    {
        Touch("frames/in000001.png");
        JobInput input = Assert.Single(InputList.Expand([Path.Combine(_folder, "frames")], _folder));
        Assert.Equal("frames-2", input.Name);
    }

    [Fact]
    public void A_missing_file_stays_in_the_list_for_its_job_to_report() => Assert.Equal(["nowhere"], Names("nowhere.mp4"));
}
