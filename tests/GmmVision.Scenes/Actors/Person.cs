using System.Numerics;
using GmmVision.Scenes.Drawing;

namespace GmmVision.Scenes.Actors;

/// <summary>A person who walks, runs or stands, seen from the side.</summary>
internal sealed class Person : Actor
{
    private static readonly Vector3[] Tops =
    [
        new(176, 38, 44), new(36, 62, 120), new(226, 178, 52), new(40, 44, 50), new(228, 224, 214), new(46, 112, 84),
        new(150, 72, 132), new(214, 108, 48),
    ];

    private static readonly Vector3[] Trousers =
    [
        new(38, 46, 74), new(34, 34, 38), new(92, 78, 60), new(60, 76, 108), new(66, 62, 60),
    ];

    private static readonly Vector3[] Skins = [new(224, 178, 148), new(196, 146, 112), new(132, 90, 66), new(236, 196, 168)];

    private static readonly Vector3[] Hairs = [new(46, 34, 26), new(92, 62, 36), new(178, 140, 84), new(28, 26, 28), new(150, 148, 146)];

    private readonly Vector3 _top, _bottom, _skin, _hair, _shoe;
    private readonly float _height, _breadth, _phase;
    private readonly bool _coat, _bag, _longHair, _runs;

    public Person(ActorScript script, float depth, float edge)
        : base(script, depth, 0.5f, edge)
    {
        int look = script.Look;
        _top = Tops[look % Tops.Length];
        _bottom = Pick(Trousers, look, 1);
        _skin = Pick(Skins, look, 2);
        _hair = Pick(Hairs, look, 3);
        _shoe = Noise.Unit(look, 4, 7) < 0.4f ? new Vector3(214, 210, 204) : new Vector3(44, 36, 34);
        _height = 1.64f + 0.22f * Noise.Unit(look, 5, 7);
        _breadth = 0.94f + 0.18f * Noise.Unit(look, 6, 7);
        _phase = 6.28f * Noise.Unit(look, 7, 7);
        _runs = script.Kind == ActorKind.Runner;
        _coat = !_runs && Noise.Unit(look, 8, 7) < 0.4f;
        _bag = !_runs && Noise.Unit(look, 9, 7) < 0.5f;
        _longHair = Noise.Unit(look, 10, 7) < 0.5f;
    }

    private static Vector3 Pick(Vector3[] colors, int look, int which) => colors[Noise.Hash(look, which, 7) % (uint)colors.Length];

    protected override void Pose(Figure figure, float x, float distance, float pace, float time)
    {
        float stride = (_runs ? 1.35f : 0.82f) * _height;
        float swing = (_runs ? 0.72f : 0.46f) * pace;
        float phase = _phase + 2 * MathF.PI * distance / stride;
        // A person who stands shifts weight a little from foot to foot.
        float sway = (1 - pace) * 0.02f * MathF.Sin(1.3f * time + _phase);
        float lean = (_runs ? 0.16f : 0.05f) * pace + sway;

        var near = Leg(phase, swing, pace);
        var far = Leg(phase + MathF.PI, swing, pace);
        float hip = MathF.Max(near.Reach, far.Reach) + (_runs ? 0.05f * pace * MathF.Abs(MathF.Sin(phase)) : 0);
        var hips = new Vector2(0, hip);
        float torso = 0.30f * _height;
        Vector2 shoulders = hips + torso * new Vector2(MathF.Sin(lean), MathF.Cos(lean));

        var body = new Brush(figure, x, Depth, Direction, _height * _breadth);
        DrawArm(body, shoulders, phase, swing, pace, lean, 0.72f);
        DrawLeg(body, hips, far, 0.74f);
        DrawLeg(body, hips, near, 1);
        DrawTorso(body, hips, shoulders, phase, swing);
        if (_bag)
            body.Limb(shoulders + _height * new Vector2(-0.075f, -0.02f), 0.05f, hips + _height * new Vector2(-0.085f, 0.07f), 0.055f, new Vector3(92, 62, 40));
        DrawHead(body, shoulders, lean);
        DrawArm(body, shoulders, phase + MathF.PI, swing, pace, lean, 1);
    }

    private readonly record struct LegPose(Vector2 Knee, Vector2 Ankle, float FootAngle, float Reach);

    private LegPose Leg(float phase, float swing, float pace)
    {
        float thigh = swing * MathF.Sin(phase) + (_runs ? 0.16f * pace : 0.03f * pace);
        // The knee bends while the leg swings forward, and nearly stretches before the heel comes down.
        float forward = MathF.Max(0, MathF.Cos(phase - 0.35f));
        float bend = 0.06f + pace * ((_runs ? 0.35f : 0.12f) + (_runs ? 1.25f : 0.85f) * forward * forward);
        float shank = thigh - bend;
        float length = 0.245f * _height;
        Vector2 knee = length * new Vector2(MathF.Sin(thigh), -MathF.Cos(thigh));
        Vector2 ankle = knee + length * new Vector2(MathF.Sin(shank), -MathF.Cos(shank));
        float foot = 0.45f * shank + 0.18f * swing * MathF.Sin(phase);
        float drop = 0.045f * _height + 0.06f * _height * MathF.Max(0, -MathF.Sin(foot));
        return new LegPose(knee, ankle, foot, -ankle.Y + drop);
    }

    private void DrawLeg(Brush body, Vector2 hips, LegPose leg, float light)
    {
        Vector2 knee = hips + leg.Knee, ankle = hips + leg.Ankle;
        Vector2 toe = ankle + _height * 0.085f * new Vector2(MathF.Cos(leg.FootAngle), MathF.Sin(leg.FootAngle)) - new Vector2(0, 0.018f * _height);
        Vector2 heel = ankle - _height * 0.012f * new Vector2(MathF.Cos(leg.FootAngle), 1.4f);
        body.Limb(heel, 0.021f, toe, 0.015f, _shoe * light);
        body.Limb(knee, 0.041f, ankle, 0.027f, _bottom * light);
        body.Limb(hips - new Vector2(0, 0.01f * _height), 0.062f, knee, 0.043f, _bottom * light);
    }

    private void DrawArm(Brush body, Vector2 shoulders, float phase, float swing, float pace, float lean, float light)
    {
        float upper = -0.85f * swing * MathF.Sin(phase + MathF.PI) + lean - 0.05f;
        float bend = _runs ? 1.45f : 0.22f + 0.3f * pace * (0.5f + 0.5f * MathF.Sin(phase));
        Vector2 shoulder = shoulders - new Vector2(0, 0.03f * _height);
        Vector2 elbow = shoulder + 0.165f * _height * new Vector2(MathF.Sin(upper), -MathF.Cos(upper));
        Vector2 wrist = elbow + 0.145f * _height * new Vector2(MathF.Sin(upper + bend), -MathF.Cos(upper + bend));
        Vector2 fingers = wrist + 0.045f * _height * new Vector2(MathF.Sin(upper + bend), -MathF.Cos(upper + bend));
        body.Limb(wrist, 0.017f, fingers, 0.018f, _skin * light);
        body.Limb(elbow, 0.028f, wrist, 0.022f, _top * light * 0.95f);
        body.Limb(shoulder, 0.037f, elbow, 0.029f, _top * light * 0.95f);
    }

    private void DrawTorso(Brush body, Vector2 hips, Vector2 shoulders, float phase, float swing)
    {
        Vector2 up = (shoulders - hips) / Vector2.Distance(shoulders, hips), forward = new(up.Y, -up.X);
        Vector2 At(float across, float along) => hips + _height * _breadth * across * forward + along * (shoulders - hips);
        float hem = _coat ? -0.62f : -0.12f;
        float flare = _coat ? 0.085f + 0.05f * swing * MathF.Abs(MathF.Sin(phase)) : 0.072f;
        body.Outline(Shapes.Smooth(
        [
            At(flare, hem), At(0.074f, 0.08f), At(0.07f, 0.35f), At(0.086f, 0.72f), At(0.066f, 0.98f), At(0.02f, 1.1f),
            At(-0.03f, 1.1f), At(-0.068f, 0.97f), At(-0.08f, 0.7f), At(-0.064f, 0.35f), At(-0.08f, 0.06f), At(-flare, hem),
        ]), _top);
        if (!_coat)
            body.Outline([At(0.07f, 0.03f), At(0.07f, -0.03f), At(-0.078f, -0.03f), At(-0.078f, 0.03f)], _bottom * 0.6f);
        body.Outline([At(0.05f, 0.95f), At(0.062f, 0.95f), At(0.068f, hem + 0.05f), At(0.058f, hem + 0.05f)], _top * 0.72f);
    }

    private void DrawHead(Brush body, Vector2 shoulders, float lean)
    {
        Vector2 up = new(MathF.Sin(1.4f * lean), MathF.Cos(1.4f * lean)), forward = new(up.Y, -up.X);
        Vector2 Around(float across, float along) => shoulders + _height * (across * forward + along * up);
        body.Limb(Around(0.004f, 0), 0.03f, Around(0.012f, 0.05f), 0.028f, _skin * 0.86f);
        if (_longHair)
            body.Limb(Around(-0.018f, 0.11f), 0.05f, Around(-0.04f, 0.0f), 0.03f, _hair);
        body.Outline(Shapes.Ellipse(Around(0.012f, 0.105f), 0.05f * _height, 0.066f * _height), _skin);
        body.Limb(Around(0.055f, 0.1f), 0.008f, Around(0.063f, 0.09f), 0.008f, _skin * 0.94f);
        body.Outline(Shapes.Smooth(
        [
            Around(0.06f, 0.135f), Around(0.045f, 0.17f), Around(0, 0.185f), Around(-0.042f, 0.16f), Around(-0.052f, 0.11f),
            Around(-0.04f, 0.06f), Around(-0.015f, 0.075f), Around(-0.008f, 0.12f), Around(0.02f, 0.145f),
        ]), _hair);
    }
}
