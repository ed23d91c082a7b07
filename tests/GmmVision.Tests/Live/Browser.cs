using Microsoft.Playwright;
using Xunit;

namespace GmmVision.Tests.Live;

/// <summary>The system's own Chromium, driven by Playwright; tests that need it skip, visibly, where there is none.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Browser(IPlaywright playwright, IBrowser browser) => (_playwright, _browser) = (playwright, browser);

    public static async Task<Browser> OpenAsync()
    {
        string? path = Environment.GetEnvironmentVariable("GMMVISION_CHROMIUM") ?? Array.Find(["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"], File.Exists);
        Assert.SkipWhen(path is null, "there is no chromium (apt-get install chromium), so the page is not tested in a browser");
        IPlaywright playwright = await Playwright.CreateAsync();
        return new Browser(playwright, await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = path, Args = ["--no-sandbox", "--disable-gpu"] }));
    }

    /// <summary>A tab whose errors fail the test.</summary>
    public async Task<IPage> PageAsync(int width, int height, List<string> errors)
    {
        IBrowserContext context = await _browser.NewContextAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = width, Height = height }, DeviceScaleFactor = width < 600 ? 2 : 1, HasTouch = width < 600 });
        context.SetDefaultTimeout(60_000);
        IPage page = await context.NewPageAsync();
        page.PageError += (_, error) => errors.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
                errors.Add(message.Text);
        };
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
