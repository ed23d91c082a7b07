using System.Net.Sockets;

namespace GmmVision.Cli.Watch;

/// <summary>
/// Waits between two attempts to open a camera, but not longer than needed: a network camera that did not answer is
/// knocked at once a second (a TCP connection, nothing more), a device looked for, and when it is back the wait ends.
/// </summary>
internal static class PausedWait
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>Waits.</summary>
    /// <returns>Whether the camera did not answer, and its return ended the wait or is still waited for; false where it answered all along or cannot be asked.</returns>
    public static bool Wait(string source, TimeSpan pause, CancellationToken cancellation)
    {
        bool? answeredBefore = null;
        for (long end = Environment.TickCount64 + (long)pause.TotalMilliseconds; ;)
        {
            TimeSpan left = TimeSpan.FromMilliseconds(end - Environment.TickCount64);
            if (left <= TimeSpan.Zero)
                return answeredBefore == false;
            bool? answers = Answers(source, cancellation);
            // One that answers all along has another trouble, which growing pauses are for.
            if (answers == true && answeredBefore == false)
                return true;
            answeredBefore = answers ?? answeredBefore;
            if (cancellation.WaitHandle.WaitOne(left < Period ? left : Period))
                cancellation.ThrowIfCancellationRequested();
        }
    }

    // Plain tcp:// is left alone: its other end may be a program that takes one connection and no second.
    private static bool? Answers(string source, CancellationToken cancellation)
    {
        if (source.StartsWith("/dev/", StringComparison.Ordinal))
            return File.Exists(source);
        if (!Uri.TryCreate(source, UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("rtsp" or "rtsps" or "http" or "https" or "rtmp"))
            return null;
        int port = uri.Port > 0 ? uri.Port : uri.Scheme switch { "rtsp" => 554, "rtsps" => 322, "rtmp" => 1935, _ => 0 };
        if (port == 0)
            return null;
        try
        {
            using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
            using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(TimeSpan.FromMilliseconds(500));
            socket.ConnectAsync(uri.DnsSafeHost, port, limit.Token).AsTask().GetAwaiter().GetResult();
            return true;
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            cancellation.ThrowIfCancellationRequested();
            return false;
        }
    }
}
