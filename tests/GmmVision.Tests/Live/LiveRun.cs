using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using GmmVision.Cli.Commands;
using GmmVision.Cli.Watch;
using Xunit;

namespace GmmVision.Tests.Live;

/// <summary>A `watch` within the test: its page's address, its log, its folder.</summary>
internal sealed partial class LiveRun : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly StringWriter _error = new();
    private readonly TextWriter _shared;
    private readonly Task<int> _job;

    private readonly ConfigurationFile? _configuration;

    private LiveRun(WatchSetup setup, ConfigurationFile? configuration = null)
    {
        _shared = TextWriter.Synchronized(_error);
        _configuration = configuration;
        _job = Task.Run(() => WatchJob.RunAsync(setup, _end.Token, _shared, configuration));
    }

    public HttpClient Client { get; } = new();

    public string Log
    {
        get
        {
            lock (_shared)      // as its writes do
                return _error.ToString();
        }
    }

    public string Address => PageAddress().Match(Log).Groups[1].Value;

    public static async Task<LiveRun> StartAsync(string? output, IReadOnlyList<string> sources, params (string Name, string Value)[] options)
    {
        WatchOption Find(string name) => WatchOptions.All.Concat(WatchOptions.Flags).Single(option => option.Name == name);
        List<(WatchOption, string)> given = [.. options.Select(option => (Find(option.Name), option.Value))];
        if (!options.Any(option => option.Name == "listen"))
            given.Add((Find("listen"), "127.0.0.1:0"));
        if (output is not null)
            given.Add((Find("output"), output));
        return await BegunAsync(new LiveRun(WatchCommand.Assemble(null, given, sources)));
    }

    /// <summary>With a configuration, which may be changed meanwhile.</summary>
    public static Task<LiveRun> StartAsync(string configuration, params string[] sources) =>
        BegunAsync(new LiveRun(WatchCommand.Assemble(configuration, [], sources), new ConfigurationFile(configuration, text => WatchCommand.Assemble(configuration, [], sources, text))));

    private static async Task<LiveRun> BegunAsync(LiveRun run)
    {
        await NotifierTests.WaitUntil(() => run._job.IsCompleted || run.Address.Length > 0, 60);
        if (run._job.IsCompleted)
            await run._job;      // throws what went wrong
        run.Client.BaseAddress = new Uri(run.Address);
        return run;
    }

    public Task<JsonElement> GetAsync(string path) => Client.GetFromJsonAsync<JsonElement>(path, TestContext.Current.CancellationToken);

    public async Task<JsonElement> StatusAsync(string camera = "camera") => (await GetAsync("/api/cameras/" + camera)).GetProperty("status");

    public async Task WaitForAsync(Func<JsonElement, bool> condition, string camera = "camera", int seconds = 60)
    {
        for (Stopwatch watch = Stopwatch.StartNew(); !condition(await StatusAsync(camera));)
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(seconds), "It did not happen in time; the log says:\n" + Log);
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Those that are over.</summary>
    public async Task<JsonElement[]> EventsAsync(string kind = "motion") => [.. (await GetAsync("/api/events")).EnumerateArray().Where(happened => happened.GetProperty("kind").GetString() == kind && !happened.TryGetProperty("running", out _))];

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        try
        {
            await _job;
        }
        catch (OperationCanceledException)
        {
        }
        Client.Dispose();
        _end.Dispose();
        _configuration?.Dispose();
    }

    [GeneratedRegex(@"the page is at (http://\S+)")]
    private static partial Regex PageAddress();
}
