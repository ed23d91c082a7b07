using System.Threading.Channels;
using GmmVision.Motion;

namespace GmmVision.Web;

/// <summary>One who looks at a camera. Gets a message for each <see cref="Ask"/>, so that a slow line is sent fewer pictures, never old ones.</summary>
public sealed class PictureViewer : IDisposable
{
    private readonly Channel<byte[]> _messages = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
    private readonly PictureDesk _desk;

    internal PictureViewer(PictureDesk desk) => _desk = desk;

    /// <summary>What is wanted beside the picture.</summary>
    public SideView Side
    {
        get => _side;
        set => (_side, NextSide) = (value, 0);
    }

    /// <summary>The pixel whose mixture is wanted; null for none.</summary>
    public (int X, int Y)? Pixel { get; set; }

    internal bool IsReady { get; set; }

    internal long NextSide { get; set; }      // time stamp from which on another side picture is due

    internal long ScoresSent { get; set; }

    internal MaskedCells? MaskedSent { get; set; }

    private SideView _side;

    /// <summary>Asks for the next picture.</summary>
    public void Ask() => _desk.Ask(this);

    /// <summary>Waits for it.</summary>
    /// <returns>Null when none came in time.</returns>
    public async Task<byte[]?> WaitAsync(TimeSpan timeout, CancellationToken cancellation)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(timeout);
        try
        {
            return await _messages.Reader.ReadAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Looks away.</summary>
    public void Dispose() => _desk.Leave(this);

    internal void Deliver(byte[] message) => _messages.Writer.TryWrite(message);
}
