using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using GmmVision.Lab;
using GmmVision.Tests.Mixtures;
using GmmVision.Tests.Segmentation;
using GmmVision.Web;
using Microsoft.Playwright;
using Xunit;

namespace GmmVision.Tests.Live;

public sealed class LabPageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gmmvision-lab-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(1400, 1000)]
    [InlineData(390, 844)]
    public async Task Every_control_changes_the_picture_and_a_click_tells_of_a_pixel(int width, int height)
    {
        await using Browser browser = await Browser.OpenAsync();
        await using LiveServer server = await LiveServer.StartAsync(Shelf(), new LiveServerOptions { Listen = "127.0.0.1:0" });
        List<string> errors = [];
        IPage page = await browser.PageAsync(width, height, errors);
        await page.GotoAsync(server.Address + "/lab");
        await DoneAsync(page, "segmented", 1);
        foreach ((string id, string value) in new[] { ("k", "6"), ("covariance", "spherical"), ("color", "hsv"), ("position", "1.5"), ("texture", "1"), ("regularization", "-1"), ("smooth", "none"), ("seed", "3"), ("restarts", "1") })
        {
            string before = await PictureAsync(page);
            int done = await CountAsync(page, "segmented");
            await SetAsync(page, id, value);
            await DoneAsync(page, "segmented", done + 1);
            // Another seed, or fewer starts, may well come to the same top.
            if (id is not ("seed" or "restarts"))
                Assert.True(before != await PictureAsync(page), $"{id} = {value} changed nothing");
        }
        int regions = await CountAsync(page, "segmented");
        await page.CheckAsync("#connected");
        await DoneAsync(page, "segmented", regions + 1);
        Assert.Contains("regions", await page.InnerTextAsync("#picture-note"));
        Assert.StartsWith("gmmvision segment disc.png --connected", await page.TextContentAsync("#command"));
        await page.UncheckAsync("#connected");
        await DoneAsync(page, "segmented", regions + 2);

        string last = "";
        foreach (string view in new[] { "overlay", "uncertainty", "soft", "picture", "segments" })
        {
            await page.ClickAsync($"[data-view={view}]");
            await page.WaitForFunctionAsync("last => document.getElementById('picture').toDataURL() !== last", last);
            last = await PictureAsync(page);
        }
        await page.ClickAsync("#picture", new PageClickOptions { Position = new Position { X = 30, Y = 30 } });
        await page.WaitForSelectorAsync("#pixel-bars div");
        string[] parts = [.. (await page.Locator("#pixel-bars div").AllInnerTextsAsync()).Select(text => text.Trim().TrimEnd('%'))];
        Assert.InRange(parts.Sum(part => double.Parse(part, CultureInfo.InvariantCulture)), 99, 101);
        Assert.False(await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth > innerWidth"), "the page is wider than the screen");
        await AxeCore.CheckAsync(page);
        Assert.True(errors.Count == 0, string.Join(Environment.NewLine, errors));
    }

    [Theory]
    [InlineData(1400, 1000)]
    [InlineData(390, 844)]
    public async Task Em_goes_step_by_step_forth_and_back_and_its_likelihood_never_falls(int width, int height)
    {
        await using Browser browser = await Browser.OpenAsync();
        await using LiveServer server = await LiveServer.StartAsync(new LabShelf(), new LiveServerOptions { Listen = "127.0.0.1:0" });
        List<string> errors = [];
        IPage page = await browser.PageAsync(width, height, errors);
        await page.GotoAsync(server.Address + "/lab#overlap");
        await DoneAsync(page, "fitted", 1);
        await page.ClickAsync("#first");
        await page.WaitForFunctionAsync("() => document.getElementById('step').textContent.startsWith('start')");
        List<string> pictures = [await ScatterAsync(page)];
        double before = double.NegativeInfinity;
        for (int i = 0; i < 8; i++)
        {
            string word = i % 2 == 0 ? $"E step {i / 2 + 1}" : $"M step {i / 2 + 1}";
            await page.ClickAsync("#next");
            await page.WaitForFunctionAsync("word => document.getElementById('step').textContent.startsWith(word)", word);
            double likelihood = double.Parse((await page.InnerTextAsync("#step")).Split("log-likelihood ")[1], CultureInfo.InvariantCulture);
            Assert.True(likelihood >= before, $"{word}: {likelihood} after {before}");
            before = likelihood;
            pictures.Add(await ScatterAsync(page));
        }
        Assert.Equal(pictures.Count, pictures.Distinct().Count());
        for (int i = pictures.Count - 2; i >= 0; i--)
        {
            await page.ClickAsync("#back");
            await page.WaitForFunctionAsync("picture => document.getElementById('scatter').toDataURL() === picture", pictures[i]);
        }

        // A mean is taken elsewhere with the keyboard, and EM comes from there.
        int fitted = await CountAsync(page, "fitted");
        await page.FocusAsync("#handles button");
        for (int i = 0; i < 5; i++)
            await page.Keyboard.PressAsync("ArrowUp");
        await page.WaitForFunctionAsync("count => +document.body.dataset.fitted > count", fitted);
        Assert.StartsWith("start", await page.InnerTextAsync("#step"));
        Assert.Contains("1 start:", await page.InnerTextAsync("#likelihood-note"));

        // Played to its end.
        await page.ClickAsync("#last");
        await page.WaitForFunctionAsync("() => document.getElementById('step').textContent.startsWith('end')");
        await AxeCore.CheckAsync(page);
        Assert.True(errors.Count == 0, string.Join(Environment.NewLine, errors));
    }

    /// <summary>Of two features, of principal components, or of one of them and a feature: what is not seen stays, and across means across alone.</summary>
    [Fact]
    public async Task A_mean_is_moved_in_whatever_plane_is_shown()
    {
        await using Browser browser = await Browser.OpenAsync();
        await using LiveServer server = await LiveServer.StartAsync(new LabShelf(), new LiveServerOptions { Listen = "127.0.0.1:0" });
        List<string> errors = [];
        IPage page = await browser.PageAsync(1200, 900, errors);
        await page.GotoAsync(server.Address + "/lab#" + DataSet.All.First(set => set.Make().Names.Count > 3).Id);
        await page.WaitForFunctionAsync("() => fit && fit.names.length > 3");
        await page.ClickAsync("#first");
        foreach ((string across, string up) in new[] { ("-1", "-2"), ("-1", "1") })
        {
            await page.SelectOptionAsync("#axis-x", across);
            await page.SelectOptionAsync("#axis-y", up);
            await page.WaitForFunctionAsync("() => document.querySelectorAll('#handles button').length > 1");
            const string place = "() => { const p = projection(fit), mean = fit.steps[0].means[0]; return [along(p.u, mean, p.mean), along(p.v, mean, p.mean)]; }";
            double[] from = await page.EvaluateAsync<double[]>(place);
            int fitted = await CountAsync(page, "fitted");
            await page.FocusAsync("#handles button");
            await page.Keyboard.PressAsync("ArrowRight");
            double[] to = await page.EvaluateAsync<double[]>(place);
            Assert.True(to[0] > from[0]);
            Assert.Equal(from[1], to[1], 6);
            await page.WaitForFunctionAsync("count => +document.body.dataset.fitted > count", fitted);
        }
        await page.SelectOptionAsync("#axis-y", "-1");
        await page.WaitForFunctionAsync("() => document.querySelectorAll('#handles button').length === 0");      // a line is no plane
        Assert.True(errors.Count == 0, string.Join(Environment.NewLine, errors));
    }

    [Slow]
    [Fact]
    public async Task Every_lesson_is_fitted_studied_and_drawn()
    {
        await using Browser browser = await Browser.OpenAsync();
        await using LiveServer server = await LiveServer.StartAsync(new LabShelf(), new LiveServerOptions { Listen = "127.0.0.1:0" });
        List<string> errors = [];
        IPage page = await browser.PageAsync(1200, 900, errors);
        await page.GotoAsync(server.Address + "/lab");
        await DoneAsync(page, "fitted", 1);
        await page.ClickAsync("#tab-choose");
        foreach (DataSet set in DataSet.All)
        {
            await page.SelectOptionAsync("#source", set.Id);
            await page.WaitForFunctionAsync("id => document.body.dataset.chosenOf === id && document.getElementById('choose-sentence').textContent.includes('variational')", set.Id);
            Assert.Contains(set.Caption.Split('\n')[0], await page.InnerTextAsync("#caption"));
        }

        // Tabs go by arrows; k-means and mixture differ on the elongated clusters, and the page says on how many.
        await page.SelectOptionAsync("#source", "elongated");
        await page.FocusAsync("#tab-choose");
        await page.Keyboard.PressAsync("ArrowRight");
        await page.WaitForFunctionAsync("() => /differ on [1-9]/.test(document.getElementById('beside-sentence').textContent)");
        Assert.True(await page.IsVisibleAsync("#by-kmeans"));
        await AxeCore.CheckAsync(page);

        // What collapses is told, and is gone with regularization.
        await page.SelectOptionAsync("#source", "collapse");
        await page.WaitForFunctionAsync("() => document.getElementById('warnings').textContent.includes('collapsed')");
        await SetAsync(page, "regularization", "-2");
        await page.WaitForFunctionAsync("() => document.getElementById('warnings').hidden");
        Assert.True(errors.Count == 0, string.Join(Environment.NewLine, errors));
    }

    [Fact]
    public async Task A_table_is_dropped_and_taken_away_with_labels()
    {
        await using Browser browser = await Browser.OpenAsync();
        await using LiveServer server = await LiveServer.StartAsync(new LabShelf(), new LiveServerOptions { Listen = "127.0.0.1:0" });
        List<string> errors = [];
        IPage page = await browser.PageAsync(1200, 900, errors);
        await page.GotoAsync(server.Address + "/lab");
        await DoneAsync(page, "fitted", 1);
        string table = Path.Combine(_folder, "three.csv");
        File.WriteAllLines(table, ["a,b,c,word", .. MixtureData.ThreeInSpace(120, 1).Chunk(3).Select(row => string.Join(',', row.Select(value => value.ToString(CultureInfo.InvariantCulture))) + ",x")]);
        int fitted = await CountAsync(page, "fitted");
        await page.SetInputFilesAsync("#file", table);
        await DoneAsync(page, "fitted", fitted + 1);
        Assert.Equal(3, await page.Locator("#columns input").CountAsync());
        await page.ClickAsync("#tab-take");
        Assert.Equal("gmmvision mixture \"three.csv\" -k 3", await page.InnerTextAsync("#command"));
        IDownload download = await page.RunAndWaitForDownloadAsync(() => page.ClickAsync("#exports a >> text=labels.csv"));
        string[] lines = await File.ReadAllLinesAsync(await download.PathAsync(), TestContext.Current.CancellationToken);
        Assert.Equal("three.labels.csv", download.SuggestedFilename);
        Assert.Equal("row,label,p0,p1,p2,anomaly_score,anomaly", lines[0]);
        Assert.Equal(121, lines.Length);
        await page.Locator("#columns input").Last.UncheckAsync();
        await page.WaitForFunctionAsync("() => document.getElementById('command').textContent.includes('--columns \"a,b\"')");

        // A picture, made smaller by the browser; and what is neither.
        string picture = Path.Combine(_folder, "large.png"), neither = Path.Combine(_folder, "neither.bin");
        GmmVision.Ffmpeg.StillImage.Save(picture, Pictures.Disc(1600, 900, 1));
        await page.SetInputFilesAsync("#file", picture);
        await DoneAsync(page, "segmented", 1);
        Assert.InRange(await page.EvaluateAsync<int>("() => document.getElementById('picture').width"), 600, 800);
        File.WriteAllText(neither, "?");
        await page.SetInputFilesAsync("#file", neither);
        await page.WaitForFunctionAsync("() => document.getElementById('status').textContent.includes('no picture')");
        Assert.True(errors.Count == 0, string.Join(Environment.NewLine, errors));
    }

    [Fact]
    public async Task Requests_that_are_wrong_get_a_clear_answer_and_a_token_is_asked_for()
    {
        LabShelf shelf = Shelf();
        string id = shelf.Items[0].Id;
        await using LiveServer server = await LiveServer.StartAsync(shelf, new LiveServerOptions { Listen = "127.0.0.1:0", Token = "a-long-enough-token" });
        using HttpClient client = new() { BaseAddress = new Uri(server.Address) };
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/api/lab", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/lab", TestContext.Current.CancellationToken)).StatusCode);
        client.DefaultRequestHeaders.Add("Authorization", "Bearer a-long-enough-token");
        foreach ((string path, HttpStatusCode status, string message) in new[]
        {
            ($"/api/lab/{id}/segment?k=0", HttpStatusCode.BadRequest, "k is '0'"),
            ($"/api/lab/{id}/segment?k=many", HttpStatusCode.BadRequest, "whole number from 1 to 20"),
            ($"/api/lab/{id}/segment?color=mauve", HttpStatusCode.BadRequest, "one of rgb"),
            ($"/api/lab/{id}/segment?position=NaN", HttpStatusCode.BadRequest, "position"),
            ($"/api/lab/{id}/pixel?x=9999", HttpStatusCode.BadRequest, "x is '9999'"),
            ($"/api/lab/{id}/soft?merge=1&label=0", HttpStatusCode.BadRequest, "connected regions"),
            ($"/api/lab/{id}/export/passwd", HttpStatusCode.NotFound, "no such export"),
            ("/api/lab/nothing/fit", HttpStatusCode.NotFound, "there is nothing of this name"),
            ("/api/lab/rings/segment", HttpStatusCode.NotFound, "this is no picture"),
            ("/api/lab/rings/fit?means=1,2,x", HttpStatusCode.BadRequest, "means holds 'x'"),
            ("/api/lab/rings/fit?means=1,2,3", HttpStatusCode.BadRequest, "means"),
            ("/api/lab/rings/fit?restarts=2&shown=7", HttpStatusCode.BadRequest, "Shown is 7; it must be one of 2 starts"),
            ("/api/lab/wide/fit?pca=99", HttpStatusCode.BadRequest, "99 principal components"),
            ("/api/lab/wide/fit?pca=0", HttpStatusCode.BadRequest, "60 features are more than the lab shows"),
            ("/api/nothing", HttpStatusCode.NotFound, "the page is at /lab"),
        })
        {
            using HttpResponseMessage answer = await client.GetAsync(path, TestContext.Current.CancellationToken);
            Assert.Equal((path, status), (path, answer.StatusCode));
            using JsonDocument body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            Assert.Contains(message, body.RootElement.GetProperty("error").GetString());
        }
        foreach ((string path, byte[] body, HttpStatusCode status) in new[]
        {
            ("/api/lab/pictures?width=10&height=10", new byte[299], HttpStatusCode.BadRequest),
            ("/api/lab/pictures?width=4000&height=4000", new byte[3], HttpStatusCode.BadRequest),
            ("/api/lab/pictures?width=10&height=10", new byte[100_000], HttpStatusCode.RequestEntityTooLarge),
            ("/api/lab/tables?name=t", Encoding.UTF8.GetBytes("1,2\n3,4\n"), HttpStatusCode.BadRequest),
            ("/api/lab/tables?name=t", Encoding.UTF8.GetBytes("a,b\n1,2\n3,4\n"), HttpStatusCode.OK),
        })
        {
            using HttpResponseMessage answer = await client.PostAsync(path, new ByteArrayContent(body), TestContext.Current.CancellationToken);
            Assert.Equal((path, body.Length, status), (path, body.Length, answer.StatusCode));
        }
        // Of what is dropped the last eight stay; the made sets always do.
        for (int i = 0; i < 10; i++)
            (await client.PostAsync("/api/lab/tables?name=t", new StringContent("a,b\n1,2\n3,4\n"), TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
        Assert.Equal(8 + DataSet.All.Count, shelf.Items.Count);
    }

    [Fact]
    public async Task The_pictures_of_the_readme_are_taken_when_asked_for()
    {
        string? folder = Environment.GetEnvironmentVariable("GMMVISION_SCREENSHOTS");
        Assert.SkipWhen(folder is null, "to take them: GMMVISION_SCREENSHOTS=$PWD/media ./run.sh test --filter-class GmmVision.Tests.Live.LabPageTests");
        await using Browser browser = await Browser.OpenAsync();
        LabShelf shelf = new();
        string street = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../../media/street.mp4"));
        Assert.SkipUnless(GmmVision.Ffmpeg.FfmpegTools.IsAvailable, "ffmpeg is not installed");
        string frame = Path.Combine(_folder, "street.png");
        await Ffmpeg(street, frame);
        shelf.Add("street.png", GmmVision.Ffmpeg.StillImage.Load(frame, cancellation: TestContext.Current.CancellationToken));
        await using LiveServer server = await LiveServer.StartAsync(shelf, new LiveServerOptions { Listen = "127.0.0.1:0" });
        List<string> errors = [];
        IPage page = await browser.PageAsync(1200, 900, errors);
        await page.GotoAsync(server.Address + "/lab#overlap");
        await DoneAsync(page, "fitted", 1);
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, "lab.png"), FullPage = true });
        IPage phone = await browser.PageAsync(390, 844, errors);
        await phone.GotoAsync(server.Address + "/lab");
        await DoneAsync(phone, "segmented", 1);
        await phone.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, "lab-phone.png") });
        Assert.True(errors.Count == 0, string.Join(Environment.NewLine, errors));
    }

    [Fact]
    public async Task The_lab_is_measured_when_asked_for()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable("GMMVISION_MEASURE") is null, "to measure it: GMMVISION_MEASURE=yes ./run.sh test --filter-class GmmVision.Tests.Live.LabPageTests --show-live-output on");
        await using Browser browser = await Browser.OpenAsync();
        LabShelf shelf = new();
        shelf.Add("disc.png", Pictures.Disc(640, 480, 1, 30));
        await using LiveServer server = await LiveServer.StartAsync(shelf, new LiveServerOptions { Listen = "127.0.0.1:0" });
        List<string> errors = [];
        IPage page = await browser.PageAsync(1400, 1000, errors);
        using HttpClient client = new() { BaseAddress = new Uri(server.Address) };
        int bytes = 0;
        foreach (string file in new[] { "/lab", "/lab.js", "/lab.css", "/style.css", "/icon.svg" })
            bytes += (await client.GetByteArrayAsync(file, TestContext.Current.CancellationToken)).Length;
        await page.GotoAsync(server.Address + "/lab");
        await DoneAsync(page, "segmented", 1);
        foreach (string id in new[] { "k", "regularization", "position", "texture" })
        {
            JsonElement times = await page.EvaluateAsync<JsonElement>("""
                async id => {
                  const slider = document.getElementById(id), frames = [], answers = [];
                  let last = performance.now(), on = true, asked = 0, seen = +document.body.dataset.segmented;
                  const tick = now => {
                    frames.push(now - last); last = now;
                    if (+document.body.dataset.segmented !== seen) { seen = +document.body.dataset.segmented; answers.push(now - asked); asked = now; }
                    if (on) requestAnimationFrame(tick);
                  };
                  requestAnimationFrame(tick);
                  asked = performance.now();
                  for (let i = 0; i < 100; i++) {
                    slider.value = +slider.min + (slider.max - slider.min) * (i % 50) / 49;
                    slider.dispatchEvent(new Event('input'));
                    await new Promise(done => setTimeout(done, 30));
                  }
                  on = false;
                  const middle = list => [...list].sort((a, b) => a - b)[list.length >> 1];
                  return { frame: middle(frames), worst: Math.max(...frames), pictures: answers.length, picture: middle(answers), latest: Math.max(...answers) };
                }
                """, id);
            TestContext.Current.TestOutputHelper!.WriteLine($"{id}: {times}");
        }
        TestContext.Current.TestOutputHelper!.WriteLine($"bytes of the page: {bytes}");
        Assert.True(errors.Count == 0, string.Join(Environment.NewLine, errors));
    }

    private static async Task Ffmpeg(string video, string picture)
    {
        using System.Diagnostics.Process process = System.Diagnostics.Process.Start(GmmVision.Ffmpeg.FfmpegTools.Ffmpeg, ["-v", "error", "-ss", "6", "-i", video, "-frames:v", "1", "-y", picture]);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    private static LabShelf Shelf()
    {
        LabShelf shelf = new();
        shelf.Add("disc.png", Pictures.Disc(200, 150, 1, 30));
        return shelf;
    }

    private static async Task SetAsync(IPage page, string id, string value) =>
        await page.EvaluateAsync("([id, value]) => { const control = document.getElementById(id); control.value = value; control.dispatchEvent(new Event('input')); }", new[] { id, value });

    private static Task DoneAsync(IPage page, string what, int times) =>
        page.WaitForFunctionAsync("([what, times]) => +(document.body.dataset[what] ?? 0) >= times", new object[] { what, times });

    private static Task<int> CountAsync(IPage page, string what) => page.EvaluateAsync<int>("what => +(document.body.dataset[what] ?? 0)", what);

    private static Task<string> PictureAsync(IPage page) => page.EvaluateAsync<string>("() => document.getElementById('picture').toDataURL()");

    private static Task<string> ScatterAsync(IPage page) => page.EvaluateAsync<string>("() => document.getElementById('scatter').toDataURL()");
}
