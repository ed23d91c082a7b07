using System.Numerics;
using GmmVision.Scenes.Drawing;

namespace GmmVision.Scenes.Actors;

/// <summary>A car or a van that drives.</summary>
internal sealed class Car : Actor
{
    private static readonly Vector3[] Paints =
    [
        new(186, 34, 38), new(226, 228, 232), new(38, 74, 140), new(52, 58, 66), new(214, 172, 60), new(60, 118, 104), new(172, 178, 186),
    ];

    private readonly CarBody _body;
    private readonly Vector3 _paint;

    public Car(ActorScript script, float depth, float edge)
        : this(script, depth, edge, Body(script))
    {
    }

    private Car(ActorScript script, float depth, float edge, CarBody body)
        : base(script, depth, body.Length / 2 + 0.9f, edge)
    {
        _body = body;
        _paint = Paints[script.Look % Paints.Length];
    }

    private static CarBody Body(ActorScript script) => script.Kind == ActorKind.Van
        ? CarBody.Van
        : script.Look % 2 == 0 ? CarBody.Hatchback : CarBody.Saloon;

    protected override void Pose(Figure figure, float x, float distance, float pace, float time)
    {
        _body.Build(figure, x, Depth, Direction, distance, _paint, pace < 0.98f);
    }
}
