using GmmVision.Scenes.Drawing;

namespace GmmVision.Scenes.Actors;

/// <summary>Something that moves: where it is at a time, and what it looks like then.</summary>
internal abstract class Actor
{
    /// <summary>Seconds from full speed to a stand, and from a stand to full speed.</summary>
    private const float Braking = 0.9f;

    private readonly ActorScript _script;
    private readonly float _start, _stopDistance, _brakeFrom;

    /// <param name="script">The passage.</param>
    /// <param name="depth">Metres from the camera at which it moves.</param>
    /// <param name="reach">Metres that it extends to each side of its middle.</param>
    /// <param name="edge">Metres from the middle of the picture to its edge, at that depth.</param>
    protected Actor(ActorScript script, float depth, float reach, float edge)
    {
        (_script, Depth) = (script, depth);
        _start = edge + reach;
        _stopDistance = float.IsNaN((float)script.StopAt) ? float.PositiveInfinity : (float)script.StopAt * 2 * _start;
        _brakeFrom = MathF.Max(0, _stopDistance - Speed * Braking / 2) / Speed;
    }

    public float Depth { get; }

    protected float Speed => (float)_script.Speed;

    /// <summary>1 where it moves to the right, -1 to the left.</summary>
    protected float Direction => _script.FromLeft ? 1 : -1;

    /// <summary>Second at which its last point leaves the picture; infinity where it never does.</summary>
    public double End
    {
        get
        {
            double end = _script.Start + 2 * _start / Speed;
            return float.IsPositiveInfinity(_stopDistance) ? end : end + Braking + _script.StopFor;
        }
    }

    /// <summary>Whether it can be seen at a time, were nothing in front of it.</summary>
    public bool IsPresent(double time) => time >= _script.Start && time <= End;

    /// <summary>Whether it has come to where it will stand to the end of the scene.</summary>
    public bool HasSettled(double time) =>
        double.IsPositiveInfinity(_script.StopFor) && time - _script.Start >= _brakeFrom + Braking;

    /// <summary>Draws it as it is at a time into an empty figure.</summary>
    public void Pose(Figure figure, double time)
    {
        (float distance, float pace) = Travel((float)(time - _script.Start));
        Pose(figure, Direction * (distance - _start), distance, pace, (float)time);
    }

    /// <param name="figure">An empty figure.</param>
    /// <param name="x">Metres of its middle from the middle of the picture.</param>
    /// <param name="distance">Metres that it has come.</param>
    /// <param name="pace">Speed as a part of its full speed, 0 to 1.</param>
    /// <param name="time">Seconds since the scene began.</param>
    protected abstract void Pose(Figure figure, float x, float distance, float pace, float time);

    /// <summary>How far it has come, and how fast it is as a part of its full speed.</summary>
    private (float Distance, float Pace) Travel(float time)
    {
        if (time <= _brakeFrom)
            return (Speed * time, 1);
        float braking = time - _brakeFrom;
        float before = Speed * _brakeFrom;
        if (braking < Braking)
            return (before + Speed * (braking - braking * braking / (2 * Braking)), 1 - braking / Braking);
        before += Speed * Braking / 2;
        float starting = braking - Braking - (float)_script.StopFor;
        if (starting <= 0)
            return (before, 0);
        return starting < Braking
            ? (before + Speed * starting * starting / (2 * Braking), starting / Braking)
            : (before + Speed * (starting - Braking / 2), 1);
    }

    /// <summary>The object that a script asks for.</summary>
    public static Actor Create(ActorScript script, Camera camera, int width)
    {
        float depth = (float)script.Aside + (script.Kind, script.Lane) switch
        {
            (_, Lane.FarPavement) => 15.1f,
            (ActorKind.Walker or ActorKind.Runner, Lane.FarLane) => 11.2f,
            (ActorKind.Cyclist, Lane.FarLane) => 11.6f,
            (_, Lane.FarLane) => 10.6f,     // of a car: its near side
            (ActorKind.Cyclist, Lane.NearLane) => 9.1f,
            (_, Lane.NearLane) => 8.95f,
            _ => 7.95f,
        };
        float edge = width / 2f * depth / camera.Focal;
        return script.Kind switch
        {
            ActorKind.Car or ActorKind.Van => new Car(script, depth, edge),
            ActorKind.Cyclist => new Cyclist(script, depth, edge),
            _ => new Person(script, depth, edge),
        };
    }
}
