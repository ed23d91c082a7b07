using GmmVision.Cli;
using GmmVision.Cli.Eval;
using Xunit;

namespace GmmVision.Tests.Cli.Eval;

public sealed class EvalVideoTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("gmmvision-eval-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private string Folder(params string[] parts) => Directory.CreateDirectory(Path.Combine([_root, .. parts])).FullName;

    [Fact]
    public void Finds_the_videos_of_all_categories_of_one_and_one_alone()
    {
        Folder("b", "two", "input");
        Folder("a", "one", "input");
        Folder("a", "empty");
        Folder("masks", "a", "one");
        Folder(".git", "x");
        var problems = new List<string>();
        List<EvalVideo> videos = EvalVideo.Find(_root, Path.Combine(_root, "masks"), problems);
        Assert.Equal(["a/one", "b/two"], videos.Select(video => video.FullName));
        Assert.Contains("a/empty: there is no folder 'input'", Assert.Single(problems), StringComparison.Ordinal);

        Assert.Equal("b/two", Assert.Single(EvalVideo.Find(Path.Combine(_root, "b") + "/", null, [])).FullName);
        Assert.Equal("a/one", Assert.Single(EvalVideo.Find(Path.Combine(_root, "a", "one"), null, [])).FullName);
    }

    [Fact]
    public void A_folder_that_is_missing_or_holds_no_video_is_refused()
    {
        Assert.Contains("there is no folder", Assert.Throws<UserError>(() => EvalVideo.Find(Path.Combine(_root, "nowhere"), null, [])).Message, StringComparison.Ordinal);
        Folder("a", "one", "inputs");
        Assert.Contains("there is no video in", Assert.Throws<UserError>(() => EvalVideo.Find(_root, null, [])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Images_are_numbered_by_the_last_number_in_their_names()
    {
        string folder = Folder("v", "input");
        foreach (string name in new[] { "in000010.jpg", "in000009.jpg", "cam2_frame11.png", "Thumbs.db", "readme.txt" })
            File.WriteAllText(Path.Combine(folder, name), "");
        Assert.Equal([9, 10, 11], EvalVideo.ImageNumbers(folder));
        File.WriteAllText(Path.Combine(folder, "in9.jpg"), "");
        Assert.Contains("two images with the number 9", Assert.Throws<UserError>(() => EvalVideo.ImageNumbers(folder)).Message, StringComparison.Ordinal);
        Assert.Contains("no numbered images", Assert.Throws<UserError>(() => EvalVideo.ImageNumbers(Folder("w", "input"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_temporal_region_is_two_numbers_or_everything()
    {
        var video = new EvalVideo("c", "v", Folder("c", "v"));
        Assert.Equal((0, int.MaxValue), video.ReadTemporalRegion());
        File.WriteAllText(Path.Combine(video.Path, "temporalROI.txt"), "470 1700\r\n");
        Assert.Equal((470, 1700), video.ReadTemporalRegion());
        File.WriteAllText(Path.Combine(video.Path, "temporalROI.txt"), "from 3\n");
        Assert.Contains("it holds \"from 3\"", Assert.Throws<UserError>(() => video.ReadTemporalRegion()).Message, StringComparison.Ordinal);
    }
}
