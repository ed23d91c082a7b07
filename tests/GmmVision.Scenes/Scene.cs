using System.Numerics;
using GmmVision.Imaging;
using GmmVision.Scenes.Actors;
using GmmVision.Scenes.Drawing;
using GmmVision.Scenes.Scenery;

namespace GmmVision.Scenes;

/// <summary>
/// A street that is rendered frame by frame, with the exact truth about what moves in it. Any frame can be asked for at
/// any time, and is the same bits whenever it is asked for.
/// </summary>
/// <remarks>Not thread-safe: use one for each thread.</remarks>
public sealed class Scene
{
    /// <summary>Truth of a pixel that shows background.</summary>
    public const byte Background = 0;

    /// <summary>Truth of a pixel that shows background in the shadow of a moving object.</summary>
    public const byte Shadow = 50;

    /// <summary>Truth of a pixel of which at least half is a moving object.</summary>
    public const byte Foreground = 255;

    /// <summary>Events nearer to each other than this many seconds, from the last frame of one to the first of the next, are one.</summary>
    public const double MergeWindow = 2;

    /// <summary>Events shorter than this many seconds are none.</summary>
    public const double MinimumDuration = 0.2;

    /// <summary>Part of the light that must be missing for a pixel to count as shadow; what is fainter is lost in any noise.</summary>
    private const float VisibleShadow = 0.06f;

    /// <summary>Part of the picture that must be foreground for a frame to count as motion: 23 pixels of 640x360.</summary>
    private const double VisibleObject = 1e-4;

    private readonly Camera _camera;
    private readonly Street _street;
    private readonly Actor[] _actors;
    private readonly List<Actor> _present = [];
    private readonly Picture _picture;
    private readonly Canvas _objectCanvas, _shadowCanvas;
    private readonly ShadowBlur _blur = new();
    private readonly Figure _figure = new();
    private readonly Exposure _exposure;
    private readonly Lazy<IReadOnlyList<MotionInterval>> _events;
    private readonly int _margin;

    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public Scene(SceneOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Options = options;
        _camera = Camera.For(options.Width, options.Height);
        _margin = options.CameraJitter > 0 ? (int)Math.Ceiling(4 * options.CameraJitter * _camera.Scale) + 2 : 0;
        _street = new Street(_camera, options.Width, options.Height, _margin, (float)options.FoliageSway * _camera.Scale, options.Seed);
        _actors = [.. Casting.Choose(options).Select(script => Actor.Create(script, _camera, options.Width))];
        _picture = new Picture(options.Width, options.Height);
        _objectCanvas = new Canvas(0, 0, options.Width, options.Height);
        // Wider than the picture, so that a shadow that is cut by its edge does not fade towards it.
        int border = (int)MathF.Ceiling(16 * _camera.Scale);
        _shadowCanvas = new Canvas(-border, -border, options.Width + 2 * border, options.Height + 2 * border);
        _exposure = new Exposure(options);
        _events = new Lazy<IReadOnlyList<MotionInterval>>(FindEvents);
    }

    public SceneOptions Options { get; }

    /// <summary>Size and layout of the frames.</summary>
    public FrameFormat Format => Options.Format;

    /// <summary>When something moves, by the rules of the event detector: from the first to the last frame on which an object that moves is
    /// visible, over gaps of up to <see cref="MergeWindow"/>. An object that pauses counts throughout; one that stops to stay counts until it stands.</summary>
    public IReadOnlyList<MotionInterval> Events => _events.Value;

    /// <summary>Seconds at which a frame is shown.</summary>
    public TimeSpan TimeOf(int number) => TimeSpan.FromSeconds(number / Options.FrameRate);

    /// <summary>Draws a frame, and the truth about it.</summary>
    /// <param name="number">The frame, 0 or more; frames beyond <see cref="SceneOptions.FrameCount"/> continue the scene.</param>
    /// <param name="frame">A frame of <see cref="Format"/>.</param>
    /// <param name="truth">Width times height bytes, row by row: <see cref="Background"/>, <see cref="Shadow"/> or <see cref="Foreground"/>; or empty.</param>
    /// <exception cref="ArgumentException">The frame is of another format, or the truth of another size.</exception>
    public void Render(int number, Frame frame, Span<byte> truth = default)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        if (frame.Format != Format)
            throw new ArgumentException($"A scene of {Format} cannot be rendered into a frame of {frame.Format}.");
        if (truth.Length != 0 && truth.Length != Format.PixelCount)
            throw new ArgumentException($"The truth about {Options.Width}x{Options.Height} pixels does not fit {truth.Length} bytes.");
        Compose(number);
        _exposure.Expose(_picture, number, frame);
        (frame.Number, frame.Time) = (number, TimeOf(number));
        if (truth.Length != 0)
            WriteTruth(truth);
    }

    /// <summary>Paints the street, and everything in it from far to near.</summary>
    private void Compose(int number)
    {
        double time = number / Options.FrameRate;
        Vector2 shift = CameraShift(number);
        Camera camera = _camera.Shifted(shift);
        DrawBackdrop(shift);
        _present.Clear();
        foreach (Actor actor in _actors)
            if (actor.IsPresent(time))
                _present.Add(actor);
        _present.Sort(static (a, b) => b.Depth.CompareTo(a.Depth));

        float nearest = float.PositiveInfinity;
        foreach (Actor actor in _present)
        {
            DrawSceneryBetween(nearest, actor.Depth, (float)time, shift);
            DrawActor(actor, time, camera);
            nearest = actor.Depth;
        }
        DrawSceneryBetween(nearest, 0, (float)time, shift);
    }

    private void DrawBackdrop(Vector2 shift)
    {
        Canvas backdrop = _street.Backdrop;
        _picture.Shadow.AsSpan().Clear();
        if (shift == default && _margin == 0)
        {
            backdrop.Pixels.CopyTo(_picture.Pixels, 0);
            foreach (ref Vector4 pixel in _picture.Pixels.AsSpan())
                pixel.W = 0;
            return;
        }
        _picture.Pixels.AsSpan().Clear();
        _picture.CoverWithScenery(backdrop, shift);
    }

    private void DrawSceneryBetween(float far, float near, float time, Vector2 shift)
    {
        foreach (Foliage foliage in _street.Foliage)
            if (foliage.Depth < far && foliage.Depth >= near && foliage.Depth > 14.35f)
                foliage.Draw(_picture, time, shift);
        foreach ((float depth, Canvas canvas) in _street.Scenery)
            if (depth < far && depth >= near)
                _picture.CoverWithScenery(canvas, shift);
        foreach (Foliage foliage in _street.Foliage)
            if (foliage.Depth < far && foliage.Depth >= near && foliage.Depth <= 14.35f)
                foliage.Draw(_picture, time, shift);
    }

    private void DrawActor(Actor actor, double time, Camera camera)
    {
        _figure.Clear();
        actor.Pose(_figure, time);
        if (Options.Shadows > 0)
        {
            _figure.DrawShadow(_shadowCanvas, camera);
            _blur.Darken(_picture, _shadowCanvas, (int)MathF.Max(1, 0.045f * camera.Focal / actor.Depth), (float)Options.Shadows);
            _shadowCanvas.ClearTouched();
        }
        _figure.Draw(_objectCanvas, camera);
        _picture.CoverWithObject(_objectCanvas);
        _objectCanvas.ClearTouched();
    }

    private Vector2 CameraShift(int number)
    {
        if (_margin == 0)
            return default;
        // Half of it wanders, as a mast does in the wind; half changes from frame to frame.
        var random = new Random(HashCode(Options.Seed, number));
        float wander = Noise.Value(number * 0.23f, 0.5f, Options.Seed + 71) - 0.5f, wanderY = Noise.Value(number * 0.19f, 0.5f, Options.Seed + 72) - 0.5f;
        Vector2 shift = 0.71f * new Vector2(Noise.Normal(random), Noise.Normal(random)) + 3f * new Vector2(wander, wanderY);
        return Vector2.Clamp(shift * (float)Options.CameraJitter * _camera.Scale, new Vector2(1 - _margin), new Vector2(_margin - 1));
    }

    private static int HashCode(int seed, int number) => (int)(Noise.Hash(number, 1, seed) & int.MaxValue);

    private void WriteTruth(Span<byte> truth)
    {
        for (int i = 0; i < truth.Length; i++)
        {
            truth[i] = _picture.Pixels[i].W >= 0.5f ? Foreground
                : _picture.Shadow[i] >= VisibleShadow ? Shadow : Background;
        }
    }

    private List<MotionInterval> FindEvents()
    {
        var events = new List<MotionInterval>();
        double start = double.NaN, last = double.NaN;
        for (int number = 0; number < Options.FrameCount; number++)
        {
            if (!HasMotion(number))
                continue;
            double time = number / Options.FrameRate;
            if (!(time - last <= MergeWindow))
            {
                AddEvent(events, start, last);
                start = time;
            }
            last = time;
        }
        AddEvent(events, start, last);
        return events;
    }

    private void AddEvent(List<MotionInterval> events, double start, double last)
    {
        if (last - start + 1 / Options.FrameRate >= MinimumDuration)
            events.Add(new MotionInterval(Math.Round(start, 6), Math.Round(last, 6)));
    }

    private bool HasMotion(int number)
    {
        double time = number / Options.FrameRate;
        bool somethingMoves = false;
        foreach (Actor actor in _actors)
            somethingMoves |= actor.IsPresent(time) && !actor.HasSettled(time);
        if (!somethingMoves)
            return false;
        Compose(number);
        int needed = Math.Max(1, (int)(VisibleObject * Format.PixelCount)), seen = 0;
        foreach (Vector4 pixel in _picture.Pixels)
            seen += pixel.W >= 0.5f ? 1 : 0;
        return seen >= needed;
    }
}
