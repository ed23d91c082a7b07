using System.Diagnostics;
using System.Globalization;

namespace GmmVision.Recording.Events;

/// <summary>
/// Runs a command through the system's shell for each event, one at a time, with the event in its environment:
/// GMMVISION_EVENT (motion_started, motion, camera_lost, camera_back, scene_changed), GMMVISION_CAMERA,
/// GMMVISION_NUMBER, GMMVISION_SCENE (moved, dark and so on), GMMVISION_START, GMMVISION_END, GMMVISION_DURATION, GMMVISION_SCORE, GMMVISION_CLIP and GMMVISION_THUMBNAIL (full paths),
/// GMMVISION_MESSAGE, GMMVISION_JSON; what an event lacks is not set.
/// </summary>
public sealed class ExecNotifier(string command, Func<string, string?> folderOf, Action<string> log, TimeSpan? timeout = null)
    : QueuedNotifier("--exec", log, NotifierPauses.Once)
{
    private readonly TimeSpan _timeout = timeout ?? TimeSpan.FromSeconds(60);

    /// <inheritdoc/>
    protected override async Task DeliverAsync(CameraEvent happened, CancellationToken cancellation)
    {
        ProcessStartInfo start = OperatingSystem.IsWindows()
            ? new ProcessStartInfo("cmd.exe") { Arguments = "/c " + command }      // cmd has its own quoting; it gets the text as it was given
            : new ProcessStartInfo("/bin/sh", ["-c", command]);
        start.UseShellExecute = false;
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;      // nothing of it may reach our own stdout
        start.RedirectStandardError = true;
        foreach ((string name, string value) in EnvironmentOf(happened, folderOf(happened.Camera)))
            start.Environment[name] = value;

        using Process process = Process.Start(start) ?? throw new IOException("the command did not start");
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_timeout);
        try
        {
            process.StandardInput.Close();
            Task<string> error = process.StandardError.ReadToEndAsync(limit.Token);
            await process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, limit.Token).ConfigureAwait(false);
            string said = await error.ConfigureAwait(false);
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            if (process.ExitCode != 0)
                throw new IOException($"the command ended with {process.ExitCode}: {LastLine(said)}");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException(string.Create(CultureInfo.InvariantCulture, $"the command took longer than {_timeout.TotalSeconds:0.#} s and was ended"));
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    internal static IEnumerable<(string Name, string Value)> EnvironmentOf(CameraEvent happened, string? folder)
    {
        (string, string?)[] all =
        [
            ("EVENT", happened.Kind switch
            {
                CameraEventKind.MotionStarted => "motion_started",
                CameraEventKind.CameraLost => "camera_lost",
                CameraEventKind.CameraBack => "camera_back",
                CameraEventKind.SceneChanged => "scene_changed",
                _ => "motion",
            }),
            ("CAMERA", happened.Camera),
            ("NUMBER", happened.Number > 0 ? happened.Number.ToString(CultureInfo.InvariantCulture) : null),
            ("START", happened.Start.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)),
            ("END", happened.End?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)),
            ("DURATION", happened.Duration?.ToString("0.###", CultureInfo.InvariantCulture)),
            ("SCORE", happened.Peak?.Score.ToString("0.######", CultureInfo.InvariantCulture)),
            ("CLIP", FullPath(folder, happened.Clip)),
            ("THUMBNAIL", FullPath(folder, happened.Thumbnail)),
            ("SCENE", happened.Scene is { } scene ? SceneWords.NameOf(scene) : null),
            ("MESSAGE", happened.Message),
            ("JSON", happened.ToJson()),
        ];
        foreach ((string name, string? value) in all)
            if (value is not null)
                yield return ("GMMVISION_" + name, value);
    }

    private static string? FullPath(string? folder, string? file) =>
        folder is null || file is null ? null : Path.GetFullPath(Path.Combine(folder, file));

    private static string LastLine(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "it said nothing";
}
