using System.Collections;
using GmmVision.Recording.Cameras;
using GmmVision.Recording.Clips;
using GmmVision.Recording.Events;
using GmmVision.Recording.Loop;
using GmmVision.Recording.Mqtt;
using GmmVision.Web;

namespace GmmVision.Cli.Watch;

/// <summary>The cameras that run. Some may be added, changed or removed while the others go on; whoever reads the list sees those of the moment.</summary>
/// <param name="output">Where each has a folder; null for nowhere.</param>
/// <param name="log">Takes a line.</param>
internal sealed class CameraFleet(string? output, Action<string> log) : IReadOnlyList<LiveCamera>, IAsyncDisposable
{
    private sealed record Running(CameraSetup Setup, CameraSession Session, LiveCamera Shown, ClipFolder? Folder);

    private volatile Running[] _running = [];
    private CameraServices? _services;
    private MqttNotifier? _mqtt;
    private bool _isStarted;

    public int Count => _running.Length;

    public LiveCamera this[int index] => _running[index].Shown;

    public IEnumerator<LiveCamera> GetEnumerator() => _running.Select(one => one.Shown).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Whether every camera is a file that has come to its end; not where there is none.</summary>
    public bool HasEnded => _running is { Length: > 0 } running && running.All(one => one.Session.HasEnded);

    /// <summary>What retention looks after.</summary>
    public IReadOnlyList<(ClipFolder Folder, EventLog Log)> Kept => [.. _running.Where(one => one.Folder is not null).Select(one => (one.Folder!, one.Session.Log))];

    /// <summary>A camera's folder; null where it keeps nothing, or there is no such camera.</summary>
    public ClipFolder? FolderOf(string name) => Array.Find(_running, one => one.Setup.Name == name)?.Folder;

    /// <summary>Prepares the first cameras.</summary>
    /// <exception cref="UserError">A folder cannot be used.</exception>
    public void Prepare(IReadOnlyList<CameraSetup> cameras, CameraServices services, MqttNotifier? mqtt)
    {
        (_services, _mqtt) = (services, mqtt);
        foreach (CameraSetup camera in cameras)
            _running = [.. _running, Make(camera)];
    }

    /// <summary>Begins with what was prepared.</summary>
    public void Start()
    {
        _isStarted = true;
        foreach (Running one in _running)
            one.Session.Start();
    }

    /// <summary>Makes the running cameras those that are given: what is as before goes on without a break.</summary>
    public async Task ChangeAsync(IReadOnlyList<CameraSetup> cameras)
    {
        Running[] before = _running;
        Running[] kept = [.. before.Where(one => cameras.Any(camera => IsSame(camera, one.Setup)))];
        Running[] gone = [.. before.Except(kept)];
        _running = kept;
        foreach (Running one in gone)
        {
            one.Shown.Pictures.Close();
            one.Session.Stop();
            await Task.Run(one.Session.Dispose).ConfigureAwait(false);
            bool comesBack = cameras.Any(camera => camera.Name == one.Setup.Name);
            _mqtt?.Remove(one.Setup.Name, comesBack);
            if (!comesBack)
                log($"{one.Setup.Name}: is no longer watched");
        }
        // In the order of the configuration, which is that of the page.
        List<Running> all = [];
        foreach (CameraSetup camera in cameras)
        {
            if (Array.Find(kept, one => one.Setup.Name == camera.Name) is { } running)
            {
                all.Add(running);
                continue;
            }
            try
            {
                Running made = Make(camera);
                if (_isStarted)
                    made.Session.Start();
                all.Add(made);
                _running = [.. all, .. kept.Except(all)];
                log(gone.Any(one => one.Setup.Name == camera.Name) ? $"{camera.Name}: begins again with what the configuration says now" : $"{camera.Name}: is watched from now on");
            }
            catch (Exception problem) when (problem is not OperationCanceledException)      // of whatever kind: it is one camera's
            {
                log($"{camera.Name}: is not watched: {CommandFrame.Describe(problem)}");
            }
        }
        _running = [.. all];
    }

    /// <summary>Asks all to end, and waits for that.</summary>
    public async ValueTask DisposeAsync()
    {
        Running[] running = _running;
        foreach (Running one in running)
            one.Session.Stop();
        await Task.WhenAll(running.Select(one => Task.Run(one.Session.Dispose, CancellationToken.None))).ConfigureAwait(false);
    }

    /// <summary>Asks all to end.</summary>
    public void Stop()
    {
        foreach (Running one in _running)
            one.Session.Stop();
    }

    private Running Make(CameraSetup camera)
    {
        ClipFolder? folder = MakeFolder(camera);
        PictureDesk pictures = new();
        try
        {
#pragma warning disable CA2000      // the fleet ends it
            CameraSession session = new(camera, _services!, folder, [pictures, .. _mqtt is null ? (ICameraView[])[] : [_mqtt.ViewOf(camera.Name)]]);
#pragma warning restore CA2000
            _mqtt?.Attach(session);
            foreach (string crossed in CrossedZones.In(camera.Zones.Select(zone => zone.Zone)))
                log($"{camera.Name}: {crossed}");
            return new Running(camera, session, new LiveCamera(session, pictures), folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserError($"cannot use {folder?.FullPath} for camera {camera.Name} (is another watch at work there?): {exception.Message}", inner: exception);
        }
    }

    private ClipFolder? MakeFolder(CameraSetup camera)
    {
        if (output is null)
            return null;
        string path = Path.Combine(output, camera.Name);
        Folders.Require(path, "--output");
        try
        {
            return new ClipFolder(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Folders.Unusable(path, "--output", exception);
        }
    }

    // Records compare their lists by which list it is, and a file that is read again gives new ones.
    private static bool IsSame(CameraSetup a, CameraSetup b) =>
        a with { Zones = b.Zones } == b && a.Zones.Select(TextOf).SequenceEqual(b.Zones.Select(TextOf));

    private static string TextOf((ZoneKind Kind, Motion.Zone Zone) zone) => $"{zone.Kind} {zone.Zone.ToText()}";
}
