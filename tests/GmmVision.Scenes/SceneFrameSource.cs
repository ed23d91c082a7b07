using GmmVision.Imaging;

namespace GmmVision.Scenes;

/// <summary>The frames of a scene, one after the other, with the truth about the last one that was read.</summary>
public sealed class SceneFrameSource(Scene scene) : IFrameSource
{
    private readonly byte[] _truth = new byte[scene.Format.PixelCount];
    private int _next;
    private bool _disposed;

    /// <summary>A source of a scene of its own.</summary>
    public SceneFrameSource(SceneOptions options)
        : this(new Scene(options))
    {
    }

    /// <inheritdoc/>
    public string Name => $"scene {scene.Options.Seed}";

    /// <inheritdoc/>
    public FrameFormat Format => scene.Format;

    /// <inheritdoc/>
    public double FrameRate => scene.Options.FrameRate;

    /// <inheritdoc/>
    public long? FrameCount => scene.Options.FrameCount;

    /// <inheritdoc/>
    public bool IsLive => false;

    /// <summary>The scene that is read.</summary>
    public Scene Scene => scene;

    /// <summary>The truth about the frame that was read last: <see cref="Scene.Background"/>, <see cref="Scene.Shadow"/> or <see cref="Scene.Foreground"/> for each pixel.</summary>
    public ReadOnlySpan<byte> Truth => _truth;

    /// <inheritdoc/>
    public bool TryRead(Frame frame, CancellationToken cancellation = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        cancellation.ThrowIfCancellationRequested();
        if (_next >= scene.Options.FrameCount)
            return false;
        scene.Render(_next++, frame, _truth);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _disposed = true;
}
