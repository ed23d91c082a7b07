using System.Globalization;
using GmmVision.Recording.Cameras;
using GmmVision.Recording.Clips;
using GmmVision.Recording.Events;
using GmmVision.Recording.Loop;
using GmmVision.Recording.Mqtt;
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
        List<CameraSession> sessions = [];
        List<LiveCamera> shown = [];
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

#pragma warning disable CA2000      // it is one of the notifiers, which are disposed below
            MqttNotifier? mqtt = setup.Mqtt is null ? null : new MqttNotifier(setup.Mqtt, setup.Cameras.Select(camera => camera.Name), Log);
#pragma warning restore CA2000
            if (mqtt is not null)
                notifiers.Add(mqtt);

            CameraServices services = new(Log, notifiers, ModelThreads: 1);
            foreach (CameraSetup camera in setup.Cameras)
            {
                PictureDesk pictures = new();
                CameraSession session = MakeSession(camera, services, folders.GetValueOrDefault(camera.Name), [pictures, .. mqtt is null ? (ICameraView[])[] : [mqtt.ViewOf(camera.Name)]]);
                mqtt?.Attach(session);
                sessions.Add(session);
                shown.Add(new LiveCamera(session, pictures));
            }
            if (setup.Page is not null)
            {
                server = await StartPageAsync(shown, setup.Page).ConfigureAwait(false);
                Log($"the page is at {server.Address}" + (setup.Page.Token is null ? "" : " (with ?token=... once)"));
            }
            if (setup.Output is null)
                Log("nothing is kept: no clips, no events, no settings (--output DIR keeps them)");
            foreach (CameraSetup camera in setup.Cameras)
            {
                foreach (string crossed in CrossedZones.In(camera.Zones.Select(zone => zone.Zone)))
                    Log($"{camera.Name}: {crossed}");
            }
            mqtt?.Start();
            foreach (CameraSession session in sessions)
                session.Start();
            await WaitAsync(setup, sessions, folders, Log, cancellation).ConfigureAwait(false);
            return ExitCode.Success;
        }
        finally
        {
            foreach (CameraSession session in sessions)
                session.Stop();
            if (server is not null)
                await server.DisposeAsync().ConfigureAwait(false);
            await Task.WhenAll(sessions.Select(session => Task.Run(session.Dispose, CancellationToken.None))).ConfigureAwait(false);
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

    private static CameraSession MakeSession(CameraSetup camera, CameraServices services, ClipFolder? folder, IReadOnlyList<ICameraView> views)
    {
        try
        {
            return new CameraSession(camera, services, folder, views);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserError($"cannot use {folder?.FullPath} for camera {camera.Name} (is another watch at work there?): {exception.Message}", inner: exception);
        }
    }

    private static async Task<LiveServer> StartPageAsync(IReadOnlyList<LiveCamera> cameras, LiveServerOptions page)
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

    private static async Task WaitAsync(WatchSetup setup, List<CameraSession> sessions, Dictionary<string, ClipFolder> folders, Action<string> log, CancellationToken cancellation)
    {
        Retention? retention = setup.Keep is null ? null : new Retention(setup.Keep, [.. sessions.Select(session => (folders[session.Name], session.Log))], log);
        long nextRetention = 0;
        while (!sessions.TrueForAll(session => session.HasEnded))
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
