using System.Globalization;
using GmmVision.Web;

namespace GmmVision.Cli.Watch;

/// <summary>Runs the cameras, the page and the notifiers until it is told to end.</summary>
internal static class WatchJob
{
    private static readonly TimeSpan RetentionPeriod = TimeSpan.FromMinutes(1), EndedPeriod = TimeSpan.FromMilliseconds(200);

    /// <summary>Runs until the token is cancelled, or every camera is a file that has come to its end.</summary>
    /// <exception cref="UserError">The folder or the port cannot be used.</exception>
    public static async Task<int> RunAsync(WatchSetup setup, CancellationToken cancellation, TextWriter? error = null)
    {
        error = TextWriter.Synchronized(error ?? Console.Error);
        void Log(string line) => error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy-MM-dd'T'HH:mm:ss'Z'} {line}"));

        List<INotifier> notifiers = [];
        List<CameraWatcher> watchers = [];
        LiveServer? server = null;
        try
        {
            Dictionary<string, ClipFolder> folders = MakeFolders(setup);
            foreach (Uri url in setup.Webhooks)
                notifiers.Add(new WebhookNotifier(url, Log, pictureOf: setup.WebhookPicture ? happened => happened.Thumbnail is string picture && folders.TryGetValue(happened.Camera, out ClipFolder? folder) ? Path.Combine(folder.FullPath, picture) : null : null));
            if (setup.Exec is not null)
                notifiers.Add(new ExecNotifier(setup.Exec, camera => folders.GetValueOrDefault(camera)?.FullPath, Log));
            if (setup.Amqp is not null)
                notifiers.Add(new AmqpNotifier(setup.Amqp, setup.AmqpExchange, Log));

            WatchServices services = new(Log, notifiers, ModelThreads: 1);
            foreach (CameraSetup camera in setup.Cameras)
                watchers.Add(MakeWatcher(camera, services, folders.GetValueOrDefault(camera.Name)));
            if (setup.Page is not null)
            {
                server = await StartPageAsync(watchers, setup.Page).ConfigureAwait(false);
                Log($"the page is at {server.Address}" + (setup.Page.Token is null ? "" : " (with ?token=... once)"));
            }
            if (setup.Output is null)
                Log("nothing is kept: no clips, no events, no settings (--output DIR keeps them)");
            foreach (CameraSetup camera in setup.Cameras)
            {
                foreach (string crossed in CrossedZones.In(camera.Zones.Select(zone => zone.Zone)))
                    Log($"{camera.Name}: {crossed}");
            }
            foreach (CameraWatcher watcher in watchers)
                watcher.Start();
            await WaitAsync(setup, watchers, folders, Log, cancellation).ConfigureAwait(false);
            return ExitCode.Success;
        }
        finally
        {
            foreach (CameraWatcher watcher in watchers)
                watcher.Stop();
            if (server is not null)
                await server.DisposeAsync().ConfigureAwait(false);
            await Task.WhenAll(watchers.Select(watcher => Task.Run(watcher.Dispose, CancellationToken.None))).ConfigureAwait(false);
            await Task.WhenAll(notifiers.Select(notifier => notifier.DisposeAsync().AsTask())).ConfigureAwait(false);
        }
    }

    private static Dictionary<string, ClipFolder> MakeFolders(WatchSetup setup)
    {
        Dictionary<string, ClipFolder> folders = [];
        if (setup.Output is null)
            return folders;
        foreach (CameraSetup camera in setup.Cameras)
        {
            string path = Path.Combine(setup.Output, camera.Name);
            Folders.Require(path, "--output");
            try
            {
                folders.Add(camera.Name, new ClipFolder(path));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw Folders.Unusable(path, "--output", exception);
            }
        }
        return folders;
    }

    private static CameraWatcher MakeWatcher(CameraSetup camera, WatchServices services, ClipFolder? folder)
    {
        try
        {
            return new CameraWatcher(camera, services, folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserError($"cannot use {folder?.FullPath} for camera {camera.Name} (is another watch at work there?): {exception.Message}", inner: exception);
        }
    }

    private static async Task<LiveServer> StartPageAsync(IReadOnlyList<ILiveCamera> cameras, LiveServerOptions page)
    {
        try
        {
            return await LiveServer.StartAsync(cameras, page).ConfigureAwait(false);
        }
        catch (IOException exception)
        {
            throw new UserError(exception.Message, inner: exception);
        }
    }

    private static async Task WaitAsync(WatchSetup setup, List<CameraWatcher> watchers, Dictionary<string, ClipFolder> folders, Action<string> log, CancellationToken cancellation)
    {
        Retention? retention = setup.Keep is null ? null : new Retention(setup.Keep, [.. watchers.Select(watcher => (folders[watcher.Name], watcher.Log))], log);
        long nextRetention = 0;
        while (!watchers.TrueForAll(watcher => watcher.HasEnded))
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
        }
    }
}
