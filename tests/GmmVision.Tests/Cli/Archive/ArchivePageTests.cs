using System.Text.Json;
using GmmVision.Tests.Live;
using Microsoft.Playwright;
using Xunit;

namespace GmmVision.Tests.Cli.Archive;

/// <summary>The page of an archive in a browser, opened from the disk as a user does.</summary>
public sealed class ArchivePageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gmmvision-page").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string In(params string[] parts) => Path.Combine([_folder, .. parts]);

    // Results as detect writes them, of recordings of an hour each.
    private void Write(string name, string camera, int events, string zone)
    {
        Directory.CreateDirectory(In(name));
        object[] list = [.. Enumerable.Range(1, events).Select(i => new
        {
            number = i,
            start = new { seconds = 60.0 * i },
            end = new { seconds = 60.0 * i + i },
            peak = new { score = 0.01 * i, seconds = 60.0 * i },
            box = new { x = 1, y = 2, width = 3, height = 4 },
            zones = i % 2 == 0 ? [zone] : Array.Empty<string>(),
            thumbnail = (string?)null,
            clip = (string?)null,
        })];
        File.WriteAllText(In(name, "events.json"), JsonSerializer.Serialize(new
        {
            status = "complete",
            input = new { name = $"{name}.mp4", camera, frames = 90_000, frame_rate = 25 },
            parameters = new { },
            fingerprint = new { input = name, parameters = "x" },
            events = list,
        }));
    }

    [Fact]
    public async Task Days_hours_cameras_zones_and_lengths_choose_what_is_shown()
    {
        Write("20261125-230000", "yard", 3, "gate");
        Write("20261126-080000", "yard", 2, "gate");
        Write("20261126-090000", "yard", 0, "gate");
        Write("20261126-100000", "<b>door</b></script>", 70, "</script><i>");
        Assert.Equal(0, CommandLineRun.Here("collect", In(), "--clock", "%Y%m%d-%H%M%S").Code);
        await using Browser browser = await Browser.OpenAsync();
        foreach ((int width, int height) in ((int, int)[])[(1200, 900), (390, 800)])
        {
            List<string> errors = [];
            IPage page = await browser.PageAsync(width, height, errors);
            await page.GotoAsync("file://" + In("index.html"));
            Assert.Equal("All 75 events", await page.TextContentAsync("#count"));
            Assert.Contains("75 events in 4 recordings, 4:00:00 of video", await page.TextContentAsync("#facts"));
            Assert.Equal(60, await page.Locator("#list li").CountAsync());
            await page.ClickAsync("#more");
            Assert.Equal(75, await page.Locator("#list li").CountAsync());
            Assert.False(await page.IsVisibleAsync("#more"));
            Assert.Equal(2, await page.Locator("#calendar tbody tr").CountAsync());
            Assert.Equal(1, await page.Locator("#calendar td.seen").CountAsync());
            Assert.False(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth"), $"too wide at {width}");

            await page.ClickAsync("#calendar button[aria-label^='2026-11-26 08:00']");
            Assert.Equal("2 of 75 events", await page.TextContentAsync("#count"));
            Assert.Contains("2026-11-26 08:01:00", await page.TextContentAsync("#list"));
            await page.ClickAsync("#calendar button[aria-label='all of 2026-11-25']");
            Assert.Equal("3 of 75 events", await page.TextContentAsync("#count"));
            await page.ClickAsync("button[type=reset]");
            await Assertions.Expect(page.Locator("#count")).ToHaveTextAsync("All 75 events");

            await page.SelectOptionAsync("#camera", new SelectOptionValue { Label = "<b>door</b></script>" });
            Assert.Equal("70 of 75 events", await page.TextContentAsync("#count"));
            await page.SelectOptionAsync("#zone", new SelectOptionValue { Label = "</script><i>" });
            Assert.Equal("35 of 75 events", await page.TextContentAsync("#count"));
            await page.FillAsync("#length", "60");
            Assert.Equal("6 of 75 events", await page.TextContentAsync("#count"));
            await page.SelectOptionAsync("#order", new SelectOptionValue { Label = "longest first" });
            Assert.Contains("70.0 s, peak 70%", await page.Locator("#list li").First.TextContentAsync());
            Assert.Empty(errors);
        }
    }

    [Fact]
    public async Task Without_a_clock_there_is_no_calendar_and_pictures_are_linked_from_another_folder()
    {
        Assert.Equal(0, CommandLineRun.Here("detect", SmallVideo.Path, "--output", In("a b#c")).Code);
        Assert.Equal(0, CommandLineRun.Here("collect", In("a b#c"), "--output", In("page")).Code);
        await using Browser browser = await Browser.OpenAsync();
        List<string> errors = [];
        IPage page = await browser.PageAsync(1200, 900, errors);
        await page.GotoAsync("file://" + In("page", "index.html"));
        Assert.False(await page.IsVisibleAsync("#when"));
        await page.WaitForFunctionAsync("[...document.images].length === 2 && [...document.images].every(image => image.complete && image.naturalWidth === 160)");
        Assert.Empty(errors);
    }
}
