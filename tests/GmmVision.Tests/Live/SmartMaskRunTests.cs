using System.Globalization;
using System.Text.Json;
using GmmVision.Tests.Cli;
using GmmVision.Tests.Ffmpeg;
using Microsoft.Playwright;
using Xunit;

namespace GmmVision.Tests.Live;

/// <summary>A screen that plays, in what <c>detect</c> writes and on the page of <c>watch</c>.</summary>
public sealed class SmartMaskRunTests : IDisposable
{
    private const int Seconds = 20;
    private readonly string _folder = Directory.CreateTempSubdirectory("gmmvision-smart").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // Blocks of any brightness in every frame, in a still picture with noise.
    private string Screen()
    {
        string path = Path.Combine(_folder, "screen.mp4");
        Clips.Run("-f", "lavfi", "-i", string.Create(CultureInfo.InvariantCulture, $"testsrc=s=160x120:r=10:d=0.1,loop=loop=-1:size=1,trim=duration={Seconds},noise=alls=6:allf=t:all_seed=1"),
            "-f", "lavfi", "-i", string.Create(CultureInfo.InvariantCulture, $"color=gray:s=6x4:r=10:d={Seconds},noise=alls=100:allf=t:all_seed=3,scale=48x32:flags=neighbor"),
            "-filter_complex", "[0][1]overlay=x=20:y=70,format=yuv420p", "-c:v", "libx264", "-preset", "ultrafast", "-crf", "18", "-g", "10", path);
        return path;
    }

    [Fact]
    public void A_screen_that_plays_is_an_event_until_it_is_masked_and_the_report_says_so()
    {
        string screen = Screen(), output = Path.Combine(_folder, "out");
        (int code, string text, string error) = CommandLineRun.Here(["detect", screen, "--output", output, "--smart-mask", "5.5s", "--merge-window", "0.5", "--overlay"]);
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("note: the smart mask covers up to", text, StringComparison.Ordinal);
        JsonElement report = JsonDocument.Parse(File.ReadAllText(Path.Combine(output, "screen", "events.json"))).RootElement;
        Assert.Equal(5.5, report.GetProperty("parameters").GetProperty("smart_mask").GetDouble());
        JsonElement only = Assert.Single(report.GetProperty("events").EnumerateArray());
        Assert.Equal(5.5, only.GetProperty("end").GetProperty("seconds").GetDouble(), 0.7);
        Assert.Contains("from 00:00:05.", Assert.Single(report.GetProperty("notes").EnumerateArray()).GetString(), StringComparison.Ordinal);

        (code, _, _) = CommandLineRun.Here(["detect", screen, "--output", output, "--merge-window", "0.5"]);
        report = JsonDocument.Parse(File.ReadAllText(Path.Combine(output, "screen", "events.json"))).RootElement;
        Assert.Equal(Seconds, Assert.Single(report.GetProperty("events").EnumerateArray()).GetProperty("end").GetProperty("seconds").GetDouble(), 0.5);
        Assert.False(report.GetProperty("parameters").TryGetProperty("smart_mask", out _));
    }

    [Theory]
    [InlineData("smart-mask is 0.5 s; it must be 1 to 86400 seconds", "--smart-mask", "0.5")]
    [InlineData("--smart-mask needs the frames in one go", "--smart-mask", "1m", "--jobs", "2")]
    [InlineData("--skim does not look at every frame, as --smart-mask needs", "--smart-mask", "1h", "--skim")]
    public void What_it_cannot_do_is_told(string expected, params string[] args)
    {
        (int code, _, string error) = CommandLineRun.Here(["detect", SmallVideo.Path, "--output", Path.Combine(_folder, "out"), .. args]);
        Assert.Equal(2, code);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Slow]
    [Fact]
    public async Task The_page_shows_it_hatched_a_restart_remembers_it_and_it_can_be_switched_off()
    {
        await using Browser browser = await Browser.OpenAsync();
        string screen = Screen(), output = Path.Combine(_folder, "out"), kept = Path.Combine(output, "camera", "smart-mask.png");
        (string, string)[] options = [("loop", "true"), ("smart-mask", "3"), ("merge-window", "0.5")];
        await using (LiveRun run = await LiveRun.StartAsync(output, [screen], options))
            await NotifierTests.WaitUntil(() => run.Log.Contains("the smart mask covers ", StringComparison.Ordinal), 60);
        Assert.True(File.Exists(kept));

        await using (LiveRun run = await LiveRun.StartAsync(output, [screen], options))
        {
            await run.WaitForAsync(status => status.GetProperty("frames").GetInt64() > 3);
            Assert.Contains("the smart mask covers ", run.Log, StringComparison.Ordinal);       // not after seconds of it, as at first
            List<string> errors = [];
            IPage page = await browser.PageAsync(1400, 1000, errors);
            await page.GotoAsync(run.Address);
            await page.WaitForFunctionAsync("() => document.getElementById('masked').getAttribute('d').length > 100");
            Assert.True(await page.IsVisibleAsync("#masked-note"));
            Assert.Equal("3 s", await page.TextContentAsync("#smart_mask-value"));

            await page.EvaluateAsync("() => { const slider = document.getElementById('smart_mask'); slider.value = 0.9; slider.dispatchEvent(new Event('input')); }");
            await page.WaitForFunctionAsync("() => document.getElementById('masked').getAttribute('d') === ''");
            Assert.False(await page.IsVisibleAsync("#masked-note"));
            Assert.Equal("off", await page.TextContentAsync("#smart_mask-value"));
            Assert.Equal(0, (await run.GetAsync("/api/cameras/camera")).GetProperty("effective").GetProperty("smart_mask").GetDouble());
            await NotifierTests.WaitUntil(() => run.Log.Contains("covers nothing any more", StringComparison.Ordinal), 30);
            Assert.True(errors.Count == 0, string.Join(Environment.NewLine, errors));
        }
        Assert.False(File.Exists(kept));       // what is switched off begins anew
    }
}
