using System.Net.Sockets;

namespace GmmVision.Recording.Cameras;

/// <summary>
/// Waits between two attempts to open a camera, but not longer than needed: a network camera that did not answer is
/// knocked at once a second (a TCP connection, nothing more), a device looked for, and when it is back the wait ends.
/// </summary>
internal static class PausedWait
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>Waits.</summary>
    /// <param name="source">What was to be opened.</param>
    /// <param name="pause">How long at most.</param>
    /// <param name="wasAway">Whether it is known that nobody answered a moment ago; it may have come back since.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Whether the camera answered all along, so that its trouble is another; false where it was gone, whether or not its return ended the wait; null where it cannot be asked.</returns>
    public static bool? Wait(string source, TimeSpan pause, bool wasAway, CancellationToken cancellation)
    {
        bool? answeredBefore = wasAway ? false : null;
        for (long end = Environment.TickCount64 + (long)pause.TotalMilliseconds; ;)
        {
            TimeSpan left = TimeSpan.FromMilliseconds(end - Environment.TickCount64);
            if (left <= TimeSpan.Zero)
                return answeredBefore;
            bool? answers = Answers(source, cancellation);
            // One that answers all along has another trouble, which growing pauses are for.
            if (answers == true && answeredBefore == false)
                return false;
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
        int usual = source.Split("://")[0] switch { "rtsp" => 554, "rtsps" => 322, "http" => 80, "https" => 443, "rtmp" => 1935, "rtmps" => 443, _ => 0 };
        if (usual == 0 || NetworkAddress.Of(source) is not { } address)
            return null;
        try
        {
            using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
            using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(TimeSpan.FromMilliseconds(500));
            socket.ConnectAsync(address.Host, address.Port > 0 ? address.Port : usual, limit.Token).AsTask().GetAwaiter().GetResult();
            return true;
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            cancellation.ThrowIfCancellationRequested();
            return false;
        }
    }
}
