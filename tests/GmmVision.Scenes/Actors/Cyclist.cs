using System.Numerics;
using GmmVision.Scenes.Drawing;

namespace GmmVision.Scenes.Actors;

/// <summary>A person on a bicycle, seen from the side.</summary>
internal sealed class Cyclist : Actor
{
    private const float Wheel = 0.34f, HalfBase = 0.52f;

    private static readonly Vector3[] Jackets = [new(222, 206, 44), new(58, 140, 196), new(206, 66, 58), new(236, 236, 230)];

    private readonly Vector3 _jacket, _frame;

    public Cyclist(ActorScript script, float depth, float edge)
        : base(script, depth, HalfBase + Wheel + 0.05f, edge)
    {
        _jacket = Jackets[script.Look % Jackets.Length];
        _frame = Noise.Unit(script.Look, 1, 11) < 0.5f ? new Vector3(150, 32, 36) : new Vector3(30, 74, 110);
    }

    protected override void Pose(Figure figure, float x, float distance, float pace, float time)
    {
        var body = new Brush(figure, x, Depth, Direction, 1);
        Vector2 rear = new(-HalfBase, Wheel), front = new(HalfBase, Wheel), crank = new(-0.05f, 0.29f);
        Vector2 saddle = new(-0.2f, 0.92f), bar = new(0.36f, 0.98f);
        float turn = distance / 0.75f;

        DrawLeg(body, saddle, crank, turn + MathF.PI, 0.7f);
        Tyre(body, rear);
        Tyre(body, front);
        foreach (Vector2 hub in (Vector2[])[rear, front])
        {
            for (int spoke = 0; spoke < 3; spoke++)
            {
                (float sin, float cos) = MathF.SinCos(-distance / Wheel + spoke * MathF.PI / 3);
                Vector2 out_ = 0.31f * new Vector2(cos, sin);
                body.Limb(hub - out_, 0.006f, hub + out_, 0.006f, new Vector3(150, 150, 152));
            }
        }
        body.Limb(rear, 0.016f, crank, 0.018f, _frame);
        body.Limb(rear, 0.014f, new Vector2(-0.18f, 0.82f), 0.014f, _frame);
        body.Limb(crank, 0.02f, new Vector2(-0.18f, 0.84f), 0.02f, _frame);
        body.Limb(new Vector2(-0.17f, 0.78f), 0.02f, new Vector2(0.34f, 0.82f), 0.02f, _frame);
        body.Limb(crank, 0.022f, new Vector2(0.35f, 0.74f), 0.022f, _frame);
        body.Limb(new Vector2(0.34f, 0.9f), 0.018f, front, 0.016f, _frame);
        body.Limb(new Vector2(-0.3f, 0.9f), 0.03f, new Vector2(-0.08f, 0.9f), 0.02f, new Vector3(36, 32, 32));
        body.Limb(bar, 0.02f, bar + new Vector2(-0.07f, 0.02f), 0.02f, new Vector3(36, 32, 32));

        Vector2 shoulder = new(0.13f, 1.38f);
        DrawLeg(body, saddle, crank, turn, 1);
        body.Outline(Shapes.Smooth(
        [
            saddle + new Vector2(-0.1f, -0.03f), saddle + new Vector2(0.06f, -0.04f), new(0.08f, 1.1f), new(0.2f, 1.32f),
            new(0.17f, 1.47f), new(0.06f, 1.47f), new(-0.12f, 1.25f), saddle + new Vector2(-0.13f, 0.12f),
        ]), _jacket);
        Vector2 head = new(0.27f, 1.62f);
        body.Limb(shoulder + new Vector2(0.03f, 0.08f), 0.05f, head, 0.05f, new Vector3(196, 148, 118));
        body.Outline(Shapes.Ellipse(head, 0.085f, 0.11f), new Vector3(216, 168, 138));
        body.Outline(Shapes.Smooth(
        [
            head + new Vector2(0.12f, 0.03f), head + new Vector2(0.08f, 0.12f), head + new Vector2(-0.03f, 0.15f),
            head + new Vector2(-0.13f, 0.08f), head + new Vector2(-0.12f, 0.0f), head + new Vector2(0, 0.03f),
        ]), new Vector3(232, 232, 236));
        Vector2 elbow = new(0.24f, 1.14f);
        body.Limb(elbow, 0.038f, bar, 0.03f, _jacket * 0.94f);
        body.Limb(shoulder, 0.058f, elbow, 0.044f, _jacket * 0.94f);
    }

    private static void Tyre(Brush body, Vector2 hub)
    {
        // A ring: out along the outer circle, back along the inner one.
        Vector2[] outer = Shapes.Ellipse(hub, Wheel, Wheel, 0, 28), inner = Shapes.Ellipse(hub, Wheel - 0.045f, Wheel - 0.045f, 0, 28);
        var ring = new List<Vector2>(outer) { outer[0], inner[0] };
        for (int i = inner.Length - 1; i >= 0; i--)
            ring.Add(inner[i]);
        body.Outline([.. ring], new Vector3(34, 34, 36));
    }

    private static void DrawLeg(Brush body, Vector2 saddle, Vector2 crank, float turn, float light)
    {
        (float sin, float cos) = MathF.SinCos(-turn);
        Vector2 pedal = crank + 0.165f * new Vector2(cos, sin), hip = saddle + new Vector2(0, 0.02f), ankle = pedal + new Vector2(-0.05f, 0.09f);
        // The knee lies where circles of 43 cm around hip and ankle meet, in front.
        Vector2 between = ankle - hip;
        float half = between.Length() / 2;
        Vector2 side = new Vector2(-between.Y, between.X) / (2 * half);
        Vector2 knee = hip + between / 2 + MathF.Sqrt(MathF.Max(0, 0.43f * 0.43f - half * half)) * side;
        body.Limb(crank, 0.014f, pedal, 0.014f, new Vector3(60, 60, 64) * light);
        body.Limb(ankle + new Vector2(-0.05f, -0.04f), 0.035f, pedal + new Vector2(0.1f, 0.03f), 0.03f, new Vector3(224, 222, 216) * light);
        body.Limb(knee, 0.062f, ankle, 0.042f, new Vector3(40, 44, 58) * light);
        body.Limb(hip, 0.092f, knee, 0.066f, new Vector3(40, 44, 58) * light);
    }
}
