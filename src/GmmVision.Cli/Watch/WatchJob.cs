using System.Globalization;
using GmmVision.Recording.Cameras;
using GmmVision.Recording.Clips;
using GmmVision.Recording.Events;
using GmmVision.Recording.Mqtt;
using GmmVision.Web;

namespace GmmVision.Cli.Watch;

/// <summary>Runs the cameras, the page and the notifiers until it is told to end.</summary>
internal static class WatchJob
{
    private static readonly TimeSpan RetentionPeriod = TimeSpan.FromMinutes(1), EndedPeriod = TimeSpan.FromMilliseconds(200);

    /// <summary>Runs until the token is cancelled, or every camera is a file that has come to its end.</summary>
    /// <param name="setup">What was told.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="error">Where lines go; standard error where null.</param>
    /// <param name="configuration">A file that may change meanwhile; null where there is none.</param>
    /// <exception cref="UserError">The folder or the port cannot be used.</exception>
    public static async Task<int> RunAsync(WatchSetup setup, CancellationToken cancellation, TextWriter? error = null, ConfigurationFile? configuration = null)
    {
        error = TextWriter.Synchronized(error ?? Console.Error);
        void Log(string line) => error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy-MM-dd'T'HH:mm:ss'Z'} {line}"));

        List<INotifier> notifiers = [];
        CameraFleet fleet = new(setup.Output, Log);
        LiveServer? server = null;
        try
        {
            foreach (Uri url in setup.Webhooks)
                notifiers.Add(new WebhookNotifier(url, Log, pictureOf: setup.WebhookPicture ? happened => happened.Thumbnail is string picture && fleet.FolderOf(happened.Camera) is { } folder ? Path.Combine(folder.FullPath, picture) : null : null));
            if (setup.Exec is not null)
                notifiers.Add(new ExecNotifier(setup.Exec, camera => fleet.FolderOf(camera)?.FullPath, Log));
            if (setup.Amqp is not null)
                notifiers.Add(new AmqpNotifier(setup.Amqp, setup.AmqpExchange, Log));

#pragma warning disable CA2000      // it is one of the notifiers, which are disposed below
            MqttNotifier? mqtt = setup.Mqtt is null ? null : new MqttNotifier(setup.Mqtt, Log);
#pragma warning restore CA2000
            if (mqtt is not null)
                notifiers.Add(mqtt);

            fleet.Prepare(setup.Cameras, new CameraServices(Log, notifiers, ModelThreads: 1), mqtt);
            if (setup.Page is not null)
            {
                server = await StartPageAsync(fleet, setup.Page, configuration).ConfigureAwait(false);
                Log($"the page is at {server.Address}" + (setup.Page.Token is null ? "" : " (with ?token=... once)"));
            }
            if (setup.Output is null)
                Log("nothing is kept: no clips, no events, no settings (--output DIR keeps them)");
            mqtt?.Start();
            fleet.Start();
            await WaitAsync(setup, fleet, configuration, Log, cancellation).ConfigureAwait(false);
            return ExitCode.Success;
        }
        finally
        {
            fleet.Stop();
            if (server is not null)
                await server.DisposeAsync().ConfigureAwait(false);
            await fleet.DisposeAsync().ConfigureAwait(false);
            await Task.WhenAll(notifiers.Select(notifier => notifier.DisposeAsync().AsTask())).ConfigureAwait(false);
        }
    }

    private static async Task<LiveServer> StartPageAsync(IReadOnlyList<LiveCamera> cameras, LiveServerOptions page, ConfigurationFile? configuration)
    {
        try
        {
            return await LiveServer.StartAsync(cameras, page, configuration).ConfigureAwait(false);
        }
        catch (IOException exception)
        {
            throw new UserError(exception.Message, inner: exception);
        }
    }

    private static async Task WaitAsync(WatchSetup setup, CameraFleet fleet, ConfigurationFile? configuration, Action<string> log, CancellationToken cancellation)
    {
        Retention? retention = setup.Keep is null ? null : new Retention(setup.Keep, () => fleet.Kept, log);
        long nextRetention = 0;
        while (!fleet.HasEnded)
        {
            if (retention is not null && Environment.TickCount64 >= nextRetention)
            {
                nextRetention = Environment.TickCount64 + (long)RetentionPeriod.TotalMilliseconds;
                try
                {
                    retention.Apply();
                }
                catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
                {
                    log($"cannot remove old clips: {exception.Message}");
                }
            }
            await Task.Delay(EndedPeriod, cancellation).ConfigureAwait(false);
            if (configuration?.HasChanged() == true)
            {
                setup = await ReloadAsync(setup, fleet, configuration, log).ConfigureAwait(false);
                configuration.Take();
            }
        }
    }

    /// <summary>Takes over the cameras of a configuration that has changed; one that cannot be used changes nothing.</summary>
    private static async Task<WatchSetup> ReloadAsync(WatchSetup setup, CameraFleet fleet, ConfigurationFile configuration, Action<string> log)
    {
        WatchSetup now;
        try
        {
            now = configuration.Read();
        }
        catch (Exception problem) when (problem is not OperationCanceledException)      // of whatever kind: what runs must not end by a slip of the hand
        {
            log($"the changed configuration is not used: {CommandFrame.Describe(problem)}");
            return setup;
        }
        if (!now.AsksTheSame(setup))
            log("what the configuration says beside the cameras (output, page, notifications) holds from the next start on");
        await fleet.ChangeAsync(now.Cameras).ConfigureAwait(false);
        return setup with { Cameras = now.Cameras };
    }
}
