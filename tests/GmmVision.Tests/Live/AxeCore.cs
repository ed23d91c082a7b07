using System.Diagnostics;
using System.Text.Json;
using Microsoft.Playwright;
using Xunit;

namespace GmmVision.Tests.Live;

/// <summary>axe-core, which finds what keeps a page from being used with a keyboard or read aloud; from npm, into the system's folder for temporary files.</summary>
internal static class AxeCore
{
    private const string Version = "4.14.1";
    private static readonly Lazy<string?> Source = new(Install);

    /// <summary>Fails where a page has a violation.</summary>
    public static async Task CheckAsync(IPage page)
    {
        Assert.SkipWhen(Source.Value is null, "npm cannot give axe-core here, so the page is not examined by it");
        await page.EvaluateAsync(Source.Value!);
        JsonElement violations = await page.EvaluateAsync<JsonElement>("async () => (await axe.run(document, { resultTypes: ['violations'] })).violations.map(v => `${v.id} (${v.impact}): ${v.nodes.map(n => n.target.join(' ') + ' ' + n.failureSummary).join('; ')}`)");
        Assert.Empty(violations.EnumerateArray().Select(violation => violation.GetString()));
    }

    private static string? Install()
    {
        string folder = Path.Combine(Path.GetTempPath(), $"gmmvision-axe-{Version}"), file = Path.Combine(folder, "node_modules", "axe-core", "axe.min.js");
        if (File.Exists(file))
            return File.ReadAllText(file);
        try
        {
            Directory.CreateDirectory(folder);
            using Process npm = Process.Start(new ProcessStartInfo("npm", ["install", "--prefix", folder, "--no-audit", "--no-fund", "--silent", $"axe-core@{Version}"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            return npm.WaitForExit(60_000) && npm.ExitCode == 0 && File.Exists(file) ? File.ReadAllText(file) : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;      // no npm
        }
    }
}
