using GmmVision.Cli.Watch;
using Microsoft.Playwright;
using Xunit;

namespace GmmVision.Tests.Live;

/// <summary>Cameras come, change and go with the configuration, while `watch` runs.</summary>
public sealed class ChangingConfigurationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gmmvision-changing").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string In(string name) => Path.Combine(_folder, name);

    private void Configure(string cameras, string more = "") =>
        File.WriteAllText(In("watch.yaml"), $"output: {In("out")}\nlisten: 127.0.0.1:0\nloop: true\n{more}cameras:\n{cameras}");

    [Fact]
    public async Task Cameras_are_added_changed_and_removed_without_a_restart()
    {
        string clip = In("clip.mp4");
        Assert.SkipUnless(GmmVision.Ffmpeg.FfmpegTools.IsAvailable, "ffmpeg is not installed");
        SimulatedCamera.WriteFile(clip, 6);
        Configure($"  front: {clip}\n  back: {clip}\n");
        await using LiveRun run = await LiveRun.StartAsync(In("watch.yaml"));
        await run.WaitForAsync(status => status.GetProperty("frames").GetInt64() > 20, "front");
        await run.WaitForAsync(status => status.GetProperty("frames").GetInt64() > 20, "back");
        await using Browser browser = await Browser.OpenAsync();
        List<string> errors = [];
        IPage page = await browser.PageAsync(1300, 900, errors);
        await page.GotoAsync(run.Address + "#back");
        await page.WaitForFunctionAsync("() => document.getElementById('state').textContent === 'watching'");

        // What cannot be used changes nothing.
        Configure($"  front: {clip}\n  back:\n    source: {clip}\n    stal: 5\n");
        await NotifierTests.WaitUntil(() => run.Log.Contains("the changed configuration is not used: ", StringComparison.Ordinal) && run.Log.Contains("'stal'", StringComparison.Ordinal), 30);
        Assert.Equal(["front", "back"], await NamesAsync(run));
        // Whatever is wrong with it.
        foreach ((string cameras, string more, string reason) in new[]
        {
            ("", "", "camera"), ($"  front: {clip}\n", "token: x\n", "token"), ($"  front: {clip}\n", "min-duration: 9\nmax-duration: 5\n", "max-duration"),
            ($"  front:\n    source: {clip}\n    zone: \"a[threshold=2]:0,0 9,0 9,9\"\n", "", "threshold is 2"), ($"  front:\n    source: {clip}\n    exclude: \"a[threshold=0.2]:0,0 9,0 9,9\"\n", "", "no limits"), ("  - [", "", "YAML"),
        })
        {
            int told = run.Log.Length;
            Configure(cameras, more);
            await NotifierTests.WaitUntil(() => run.Log[told..].Contains("the changed configuration is not used: ", StringComparison.Ordinal), 30);
            Assert.Contains(reason, run.Log[told..]);
        }
        Assert.Equal(["front", "back"], await NamesAsync(run));

        // One goes, one is new, one has another zone; the one that is as it was goes on without a break.
        long before = (await run.StatusAsync("front")).GetProperty("frames").GetInt64();
        Configure($"  front: {clip}\n  side:\n    source: {clip}\n    zone: \"door[threshold=50%]:0,0 99,0 99,99\"\n");
        await NotifierTests.WaitUntil(() => run.Log.Contains("back: is no longer watched", StringComparison.Ordinal) && run.Log.Contains("side: is watched from now on", StringComparison.Ordinal), 30);
        await run.WaitForAsync(status => status.GetProperty("frames").GetInt64() > 20, "side");
        Assert.Equal(["front", "side"], await NamesAsync(run));
        await run.WaitForAsync(status => status.GetProperty("frames").GetInt64() > before + 20, "front");
        Assert.DoesNotContain("front: begins again", run.Log);
        await page.WaitForFunctionAsync("() => [...document.querySelectorAll('#cameras button')].map(tab => tab.textContent).join() === 'all,front,side' && location.hash === '#front'");
        errors.Clear();      // the socket of the camera that went

        Configure($"  front: {clip}\n  side: {clip}\n", "min-duration: 0.1\n");
        await NotifierTests.WaitUntil(() => run.Log.Contains("side: begins again with what the configuration says now", StringComparison.Ordinal) && run.Log.Contains("front: begins again", StringComparison.Ordinal), 30);
        await run.WaitForAsync(status => status.GetProperty("frames").GetInt64() > 20, "side");
        Assert.Empty((await run.GetAsync("/api/cameras/side")).GetProperty("zones").EnumerateArray());
        Assert.DoesNotContain("holds from the next start on", run.Log);
        Configure($"  front: {clip}\n  side: {clip}\n", "min-duration: 0.1\nwebhook: http://127.0.0.1:9/\n");
        await NotifierTests.WaitUntil(() => run.Log.Contains("holds from the next start on", StringComparison.Ordinal), 30);
    }

    [Fact]
    public void A_file_has_changed_once_it_is_calm()
    {
        string path = In("a.yaml");
        File.WriteAllText(path, "a");
        FileStamp stamp = FileStamp.Of(path);
        Assert.False(stamp.HasChanged());
        File.WriteAllText(path, "ab");
        Assert.False(stamp.HasChanged());
        File.WriteAllText(path, "abc");
        Assert.False(stamp.HasChanged());
        Assert.True(stamp.HasChanged());
        Assert.False(stamp.HasChanged());
        File.Delete(path);
        Assert.False(stamp.HasChanged());
        File.WriteAllText(path, "abcd");
        Assert.False(stamp.HasChanged());
        Assert.True(stamp.HasChanged());
    }

    private static async Task<string[]> NamesAsync(LiveRun run) =>
        [.. (await run.GetAsync("/api/cameras")).EnumerateArray().Select(camera => camera.GetProperty("name").GetString()!)];
}
