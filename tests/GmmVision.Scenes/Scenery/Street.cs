using System.Numerics;
using GmmVision.Scenes.Actors;
using GmmVision.Scenes.Drawing;

namespace GmmVision.Scenes.Scenery;

/// <summary>
/// What a scene shows when nobody is there: sky, three houses behind their front gardens, two pavements and the road
/// between them; and, each by itself because people and cars pass behind them, a parked car, a lamp post and trees.
/// </summary>
internal sealed class Street
{
    // Depths in metres, from near to far.
    private const float NearKerb = 8.5f, FarKerb = 13.8f, GardenWall = 16.6f, HouseFront = 22f;

    private readonly Camera _camera;
    private readonly int _factor, _seed, _margin, _width, _height;
    private readonly float _sway;

    /// <param name="camera">The view.</param>
    /// <param name="width">Columns of the picture.</param>
    /// <param name="height">Rows of the picture.</param>
    /// <param name="margin">Pixels drawn beyond each edge, for a camera that trembles.</param>
    /// <param name="sway">Swing of the leaves in pixels of the picture.</param>
    /// <param name="seed">Chooses the texture.</param>
    public Street(Camera camera, int width, int height, int margin, float sway, int seed)
    {
        (_width, _height, _margin, _sway, _seed) = (width, height, margin, sway, seed);
        // Drawn twice as large and shrunk, so that fine texture does not turn into jagged lines; not where that would take gigabytes.
        _factor = (long)width * height > 4_000_000 ? 1 : 2;
        _camera = camera.Enlarged(_factor);

        Canvas sky = NewCanvas(), ground = NewCanvas();
        DrawSky(sky);
        DrawHouses(ground);
        DrawGardens(ground);
        DrawGround(ground);
        Canvas front = ground.Shrink(_factor);
        sky.Over(ground);
        Backdrop = sky.Shrink(_factor);

        Foliage =
        [
            new(Crown([new(-4.6f, 5.0f, 1.9f), new(-3.4f, 5.9f, 1.6f), new(-5.6f, 3.6f, 1.3f), new(-3.3f, 3.9f, 1.6f)], 30, 2600, 0.17f, new(70, 96, 50), 1), camera.Scale, sway * 0.8f, 30, seed + 1, front),
            new(Crown([new(8.0f, 4.6f, 1.7f), new(7.1f, 3.2f, 1.5f), new(8.7f, 3.1f, 1.4f)], 30, 1800, 0.17f, new(84, 104, 46), 2), camera.Scale, sway * 0.8f, 30, seed + 2, front),
            new(Crown([new(-4.55f, 3.9f, 0.95f), new(-5.3f, 3.5f, 0.8f), new(-3.8f, 3.4f, 0.85f), new(-4.6f, 4.7f, 0.75f), new(-4.4f, 3.0f, 0.6f)], 14.3f, 1500, 0.1f, new(94, 132, 58), 3), camera.Scale, sway, 14.3f, seed + 3),
            new(Hedge(3.4f, 9.5f, 16.5f, 0.95f, new(66, 100, 50), 4), camera.Scale, sway * 0.45f, 16.5f, seed + 4),
            new(Crown([new(3.3f, 4.35f, 0.42f), new(2.7f, 4.5f, 0.36f), new(3.75f, 4.05f, 0.34f), new(2.2f, 4.62f, 0.2f)], 6f, 330, 0.075f, new(112, 146, 62), 5), camera.Scale, sway * 1.6f, 6f, seed + 5),
        ];
        Scenery = [(14.35f, Trunk()), (14.1f, LampPost()), (12.0f, ParkedCar())];
    }

    /// <summary>Everything that nobody passes behind.</summary>
    public Canvas Backdrop { get; }

    /// <summary>What never moves, but hides what passes behind it, with its depth in metres.</summary>
    public IReadOnlyList<(float Depth, Canvas Canvas)> Scenery { get; }

    public IReadOnlyList<Foliage> Foliage { get; }

    private Canvas NewCanvas() => new(-_margin * _factor, -_margin * _factor, (_width + 2 * _margin) * _factor, (_height + 2 * _margin) * _factor);

    // ---- sky ----

    private void DrawSky(Canvas canvas)
    {
        float unit = _camera.Scale;
        canvas.Fill(Shapes.Rectangle(canvas.X, canvas.Y, canvas.X + canvas.Width, canvas.Y + canvas.Height), (x, y) =>
        {
            float height = Math.Clamp((_camera.Horizon - y) / (118 * unit), 0, 1.6f);
            Vector3 blue = Vector3.Lerp(new(206, 221, 232), new(122, 168, 214), height * 0.75f);
            float cloud = Noise.Fractal((x - _camera.CenterX) / (95 * unit), y / (42 * unit), 5, _seed + 20);
            return Vector3.Lerp(blue, new Vector3(238, 240, 242), Math.Clamp(1.5f * cloud + 0.16f, 0, 0.9f));
        });
    }

    // ---- houses ----

    private readonly record struct HousePlan(float Left, float Right, float Eaves, float Ridge, Vector3 Wall, bool Bricks, Vector3 Roof, Vector3 Door, float DoorX, float[] Windows);

    private void DrawHouses(Canvas canvas)
    {
        HousePlan[] houses =
        [
            new(-16, -5.3f, 4.55f, 6.5f, new(158, 92, 72), true, new(96, 78, 74), new(34, 70, 92), -6.6f, [-11.2f, -8.7f, -6.6f]),
            new(-2.6f, 5.7f, 4.75f, 6.75f, new(222, 208, 180), false, new(142, 82, 62), new(124, 40, 40), 1.5f, [-1.2f, 1.5f, 4.2f]),
            new(7.6f, 18, 4.4f, 6.3f, new(178, 128, 98), true, new(84, 84, 92), new(50, 86, 58), 9.1f, [9.1f, 11.5f, 13.9f]),
        ];
        int number = 0;
        foreach (HousePlan house in houses)
            DrawHouse(canvas, house, ++number);
    }

    private void DrawHouse(Canvas canvas, HousePlan house, int number)
    {
        int seed = _seed + 100 * number;
        // The roof falls away from the camera, so its far edge is drawn nearer the middle.
        FillRoof(canvas, house, seed);
        FillWall(canvas, house, seed);
        foreach (float chimney in (float[])[house.Left + 0.9f, house.Right - 1.1f])
            DrawChimney(canvas, chimney, house.Ridge, house.Bricks ? house.Wall : new Vector3(158, 96, 76));
        // Gutter, and the shade under the eaves.
        WallRect(canvas, house.Left - 0.25f, house.Eaves, house.Right + 0.25f, house.Eaves - 0.13f, new Vector3(228, 226, 220));
        WallRect(canvas, house.Left, house.Eaves - 0.13f, house.Right, house.Eaves - 0.5f, new Vector3(30, 26, 30), 0.32f);
        WallRect(canvas, house.Left + 0.12f, house.Eaves - 0.13f, house.Left + 0.2f, 0, new Vector3(70, 70, 72));

        for (int i = 0; i < house.Windows.Length; i++)
        {
            DrawWindow(canvas, house.Windows[i], 3.2f, 1.25f, 1.25f, seed + i);
            if (MathF.Abs(house.Windows[i] - house.DoorX) > 0.5f)
                DrawWindow(canvas, house.Windows[i], 0.95f, 1.6f, 1.3f, seed + 10 + i);
        }
        DrawDoor(canvas, house.DoorX, house.Door);
    }

    private void FillWall(Canvas canvas, HousePlan house, int seed)
    {
        canvas.Fill(WallQuad(house.Left, house.Eaves, house.Right, 0), (x, y) =>
        {
            Vector2 at = _camera.Wall(x, y, HouseFront);
            float stain = 7 * Noise.Fractal(at.X * 0.5f, at.Y * 0.7f, 3, seed) - 16 * MathF.Exp(-2.2f * at.Y);
            if (!house.Bricks)
                return house.Wall + new Vector3(stain + 5 * Noise.Fractal(at.X * 9, at.Y * 9, 2, seed + 1));
            const float BrickWidth = 0.34f, BrickHeight = 0.13f;
            int course = (int)MathF.Floor(at.Y / BrickHeight);
            float along = at.X / BrickWidth + 0.5f * (course & 1);
            int brick = (int)MathF.Floor(along);
            bool mortar = along - brick < 0.1f || at.Y / BrickHeight - course < 0.22f;
            float tone = 22 * (Noise.Unit(brick, course, seed) - 0.5f) + stain;
            return mortar ? Vector3.Lerp(house.Wall, new(190, 180, 168), 0.55f) + new Vector3(stain) : house.Wall + new Vector3(tone, 0.8f * tone, 0.7f * tone);
        });
    }

    private void FillRoof(Canvas canvas, HousePlan house, int seed)
    {
        const float Fall = 3.2f;     // metres that the ridge lies behind the wall
        ReadOnlySpan<Vector2> outline =
        [
            _camera.Project(house.Left - 0.3f, house.Eaves, HouseFront), _camera.Project(house.Left - 0.1f, house.Ridge + 0.5f, HouseFront + Fall),
            _camera.Project(house.Right + 0.1f, house.Ridge + 0.5f, HouseFront + Fall), _camera.Project(house.Right + 0.3f, house.Eaves, HouseFront),
        ];
        canvas.Fill(outline, (x, y) =>
        {
            Vector2 at = _camera.Wall(x, y, HouseFront);
            int row = (int)MathF.Floor(at.Y / 0.17f);
            float along = at.X / 0.3f + 0.5f * (row & 1);
            int tile = (int)MathF.Floor(along);
            float tone = 20 * (Noise.Unit(tile, row, seed + 3) - 0.5f) + 14 * Noise.Fractal(at.X * 0.7f, at.Y * 1.6f, 3, seed + 4);
            float edge = at.Y / 0.17f - row < 0.25f ? -24 : 6;
            return house.Roof + new Vector3(tone + edge);
        });
        ReadOnlySpan<Vector2> ridge =
        [
            _camera.Project(house.Left - 0.1f, house.Ridge + 0.5f, HouseFront + Fall), _camera.Project(house.Left - 0.1f, house.Ridge + 0.64f, HouseFront + Fall),
            _camera.Project(house.Right + 0.1f, house.Ridge + 0.64f, HouseFront + Fall), _camera.Project(house.Right + 0.1f, house.Ridge + 0.5f, HouseFront + Fall),
        ];
        canvas.Fill(ridge, house.Roof * 0.8f);
    }

    private void DrawChimney(Canvas canvas, float x, float ridge, Vector3 color)
    {
        WallRect(canvas, x - 0.35f, ridge + 0.75f, x + 0.35f, ridge - 0.55f, color * 0.92f);
        WallRect(canvas, x + 0.1f, ridge + 0.75f, x + 0.35f, ridge - 0.45f, color * 0.7f);
        WallRect(canvas, x - 0.42f, ridge + 0.86f, x + 0.42f, ridge + 0.74f, color * 0.62f);
        WallRect(canvas, x - 0.22f, ridge + 1.12f, x - 0.04f, ridge + 0.86f, new Vector3(176, 100, 70));
        WallRect(canvas, x + 0.06f, ridge + 1.12f, x + 0.24f, ridge + 0.86f, new Vector3(150, 84, 60));
    }

    private void DrawWindow(Canvas canvas, float x, float sill, float width, float height, int seed)
    {
        float left = x - width / 2, right = x + width / 2, top = sill + height;
        WallRect(canvas, left - 0.12f, top + 0.2f, right + 0.12f, top + 0.02f, new Vector3(206, 196, 180));
        WallRect(canvas, left - 0.06f, top + 0.04f, right + 0.06f, sill - 0.05f, new Vector3(240, 240, 238));
        canvas.Fill(WallQuad(left, top, right, sill), (px, py) =>
        {
            Vector2 at = _camera.Wall(px, py, HouseFront);
            float up = (at.Y - sill) / height;
            Vector3 room = Vector3.Lerp(new(38, 42, 48), new(92, 108, 124), up);
            float cloud = Noise.Fractal(at.X * 0.9f + 3 * Noise.Unit(seed, 0, 5), at.Y * 1.4f, 3, seed);
            return room + new Vector3(42 * MathF.Max(0, cloud) * up);
        });
        // Curtains at both sides, some drawn further than others.
        float open = 0.1f + 0.22f * Noise.Unit(seed, 1, 5);
        Vector3 cloth = Vector3.Lerp(new(226, 220, 206), new(164, 150, 140), Noise.Unit(seed, 2, 5));
        foreach ((float from, float to) in ((float, float)[])[(left, left + open * width), (right - open * width, right)])
        {
            canvas.Fill(WallQuad(from, top, to, sill), (px, py) =>
            {
                Vector2 at = _camera.Wall(px, py, HouseFront);
                return cloth * (0.74f + 0.16f * MathF.Sin(at.X * 34));
            }, 0.85f);
        }
        WallRect(canvas, x - 0.035f, top, x + 0.035f, sill, new Vector3(236, 236, 232));
        WallRect(canvas, left, sill + height * 0.62f, right, sill + height * 0.57f, new Vector3(236, 236, 232));
        WallRect(canvas, left, top, right, top - 0.12f, new Vector3(10, 12, 16), 0.4f);
        WallRect(canvas, left - 0.14f, sill - 0.03f, right + 0.14f, sill - 0.15f, new Vector3(214, 206, 192));
        WallRect(canvas, left - 0.1f, sill - 0.15f, right + 0.14f, sill - 0.27f, new Vector3(30, 26, 26), 0.3f);
    }

    private void DrawDoor(Canvas canvas, float x, Vector3 color)
    {
        WallRect(canvas, x - 0.62f, 2.5f, x + 0.62f, 0, new Vector3(236, 234, 228));
        WallRect(canvas, x - 0.48f, 2.36f, x + 0.48f, 2.06f, new Vector3(70, 82, 94));
        WallRect(canvas, x - 0.48f, 2.02f, x + 0.48f, 0.08f, color);
        foreach (float side in (float[])[-0.24f, 0.24f])
        {
            WallRect(canvas, x + side - 0.15f, 1.85f, x + side + 0.15f, 1.15f, color * 0.78f);
            WallRect(canvas, x + side - 0.15f, 0.9f, x + side + 0.15f, 0.25f, color * 0.78f);
        }
        WallRect(canvas, x + 0.34f, 1.1f, x + 0.42f, 1.0f, new Vector3(216, 190, 110));
        WallRect(canvas, x - 0.75f, 0.1f, x + 0.75f, -0.05f, new Vector3(176, 170, 160));
    }

    // ---- gardens ----

    private void DrawGardens(Canvas canvas)
    {
        // A wooden fence closes the gaps between the houses.
        foreach ((float left, float right) in ((float, float)[])[(-5.3f, -2.6f), (5.7f, 7.6f)])
        {
            canvas.Fill(WallQuad(left, 1.75f, right, 0), (x, y) =>
            {
                Vector2 at = _camera.Wall(x, y, HouseFront);
                int board = (int)MathF.Floor(at.X / 0.2f);
                bool gap = at.X / 0.2f - board < 0.12f;
                float tone = 22 * (Noise.Unit(board, 0, _seed + 31) - 0.5f) + 10 * Noise.Fractal(at.X * 6, at.Y, 3, _seed + 32);
                return new Vector3(132, 104, 78) + new Vector3(gap ? -46 : tone);
            });
        }
        // Lawn, with paths to the doors.
        canvas.Fill(GroundQuad(-20, HouseFront, 20, GardenWall), (x, y) =>
        {
            Vector2 at = _camera.Ground(x, y);
            float path = MathF.Min(MathF.Abs(at.X + 6.6f), MathF.Min(MathF.Abs(at.X - 1.5f), MathF.Abs(at.X - 9.1f)));
            if (path < 0.62f)
                return new Vector3(176, 166, 150) + new Vector3(12 * Noise.Fractal(at.X * 3, at.Y * 3, 3, _seed + 33));
            float grass = Noise.Fractal(at.X * 1.2f, at.Y * 0.8f, 3, _seed + 34), blade = Noise.Fractal(at.X * 16, at.Y * 5, 2, _seed + 35);
            float shade = -30 * MathF.Exp(-1.4f * (HouseFront - at.Y));
            return new Vector3(104, 132, 64) + grass * new Vector3(24, 16, 12) + new Vector3(16 * blade + shade);
        });
        DrawShrubs(canvas);
        // A low wall with a coping, open where the paths are; a hedge stands in its place on the right.
        foreach ((float left, float right) in ((float, float)[])[(-16, -7.4f), (-5.8f, 0.7f), (2.3f, 3.5f)])
        {
            canvas.Fill(UprightQuad(left, 0.72f, right, 0, GardenWall), (x, y) =>
            {
                Vector2 at = _camera.Wall(x, y, GardenWall);
                int course = (int)MathF.Floor(at.Y / 0.11f);
                float along = at.X / 0.3f + 0.5f * (course & 1);
                int stone = (int)MathF.Floor(along);
                bool mortar = along - stone < 0.1f || at.Y / 0.11f - course < 0.2f;
                float tone = 26 * (Noise.Unit(stone, course, _seed + 36) - 0.5f) - 18 * MathF.Exp(-6 * at.Y);
                return mortar ? new Vector3(168, 158, 146) + new Vector3(tone * 0.3f) : new Vector3(150, 104, 84) + new Vector3(tone);
            });
            canvas.Fill([
                _camera.Project(left - 0.05f, 0.8f, GardenWall - 0.03f), _camera.Project(left - 0.05f, 0.8f, GardenWall + 0.3f),
                _camera.Project(right + 0.05f, 0.8f, GardenWall + 0.3f), _camera.Project(right + 0.05f, 0.8f, GardenWall - 0.03f)], new Vector3(204, 198, 188));
            canvas.Fill(UprightQuad(left - 0.05f, 0.8f, right + 0.05f, 0.7f, GardenWall - 0.03f), new Vector3(176, 170, 160));
        }
    }

    private void DrawShrubs(Canvas canvas)
    {
        (float X, float Radius, Vector3 Leaf, Vector3 Flower)[] shrubs =
        [
            (-10.6f, 0.62f, new(70, 98, 54), new(214, 92, 120)), (-9.1f, 0.5f, new(88, 112, 58), new(236, 226, 226)), (-4.6f, 0.55f, new(64, 92, 52), new(240, 206, 84)),
            (-1.8f, 0.66f, new(74, 104, 52), new(206, 84, 96)), (-0.6f, 0.44f, new(92, 118, 66), new(180, 120, 190)), (3.4f, 0.5f, new(76, 106, 58), new(240, 240, 236)),
            (5.2f, 0.6f, new(70, 96, 50), new(222, 120, 72)), (11.5f, 0.7f, new(78, 108, 60), new(226, 110, 140)),
        ];
        int number = 0;
        foreach ((float x, float radius, Vector3 leaf, Vector3 flower) in shrubs)
        {
            var random = new Random(_seed * 31 + ++number);
            for (int i = 0; i < 150; i++)
            {
                float angle = 6.2832f * random.NextSingle(), reach = radius * MathF.Sqrt(random.NextSingle());
                float up = radius * 0.8f + 0.8f * reach * MathF.Sin(angle), across = reach * MathF.Cos(angle);
                bool blossom = i > 105 && random.NextSingle() < 0.45f;
                float light = 0.5f + 0.42f * up / radius - 0.14f * across / radius + 0.14f * random.NextSingle();
                Vector2 at = _camera.Project(x + across, MathF.Max(0.04f, up), 20.6f);
                canvas.Fill(Shapes.Ellipse(at, _camera.Scale * 2.4f, _camera.Scale * 1.6f, angle, 8), blossom ? flower * MathF.Min(1, light + 0.1f) : leaf * light);
            }
        }
    }

    // ---- ground ----

    private void DrawGround(Canvas canvas)
    {
        canvas.Fill(GroundQuad(-20, GardenWall, 20, FarKerb), (x, y) => Paving(_camera.Ground(x, y), 0.75f));
        canvas.Fill(GroundQuad(-20, FarKerb, 20, NearKerb), (x, y) => Asphalt(_camera.Ground(x, y)));
        canvas.Fill(GroundQuad(-20, NearKerb, 20, 3), (x, y) => Paving(_camera.Ground(x, y), 0.75f));
        // Kerbs: the far one shows its face, the near one only its top.
        canvas.Fill(GroundQuad(-20, FarKerb + 0.24f, 20, FarKerb), (x, y) => Kerb(_camera.Ground(x, y), 182));
        canvas.Fill(UprightQuad(-20, 0, 20, -0.11f, FarKerb), new Vector3(126, 123, 118));
        canvas.Fill(GroundQuad(-20, NearKerb, 20, NearKerb - 0.2f), (x, y) => Kerb(_camera.Ground(x, y), 188));
        canvas.Fill(GroundQuad(-20, NearKerb + 0.06f, 20, NearKerb), new Vector3(58, 57, 58), 0.6f);
        DrawMarkings(canvas);
        DrawManhole(canvas, -1.9f, 9.6f, 0.34f);
        DrawManhole(canvas, 3.2f, 7.7f, 0.26f);
        DrawTreeShade(canvas);
        // The houses and garden walls keep some sky from the pavement below them.
        canvas.Fill(GroundQuad(-20, GardenWall, 20, GardenWall - 0.35f), new Vector3(40, 38, 44), 0.28f);
    }

    private Vector3 Asphalt(Vector2 at)
    {
        float grain = 9 * Noise.Fractal(at.X * 26, at.Y * 26, 2, _seed + 41);
        float patches = 8 * Noise.Fractal(at.X * 0.35f, at.Y * 0.8f, 4, _seed + 42);
        // Tyres polish two tracks in each lane; oil drips between them.
        float tracks = 0;
        foreach (float lane in (ReadOnlySpan<float>)[9.75f, 11.5f])
            tracks += 6 * (MathF.Exp(-14 * Square(at.Y - lane - 0.7f)) + MathF.Exp(-14 * Square(at.Y - lane + 0.7f))) - 7 * MathF.Exp(-10 * Square(at.Y - lane));
        float gutter = -14 * (MathF.Exp(-5 * (FarKerb - at.Y)) + MathF.Exp(-6 * (at.Y - NearKerb)));
        float crack = MathF.Abs(Noise.Fractal(at.X * 0.55f, at.Y * 1.1f, 4, _seed + 43)) < 0.012f ? -18 : 0;
        // A strip that was dug up and closed again.
        bool repair = at.X is > 1.1f and < 2.6f && at.Y > 10.55f + 0.05f * Noise.Value(at.X * 3, 0, _seed);
        Vector3 color = repair ? new Vector3(88, 87, 90) : new Vector3(112, 110, 110);
        return color + new Vector3(grain + patches + tracks + gutter + crack);
    }

    private Vector3 Paving(Vector2 at, float slab)
    {
        int row = (int)MathF.Floor(at.Y / slab);
        float along = at.X / slab + 0.5f * (row & 1);
        int column = (int)MathF.Floor(along);
        float x = along - column, y = at.Y / slab - row;
        float tone = 16 * (Noise.Unit(column, row, _seed + 45) - 0.5f) + 9 * Noise.Fractal(at.X * 0.8f, at.Y * 0.8f, 4, _seed + 46) + 6 * Noise.Fractal(at.X * 22, at.Y * 22, 2, _seed + 47);
        bool joint = x < 0.035f || y < 0.05f;
        return new Vector3(176, 168, 156) + new Vector3(joint ? -34 + tone * 0.4f : tone);
    }

    private Vector3 Kerb(Vector2 at, float tone)
    {
        int stone = (int)MathF.Floor(at.X / 0.92f);
        bool joint = at.X / 0.92f - stone < 0.02f;
        return new Vector3(tone, tone - 3, tone - 8) + new Vector3(joint ? -50 : 12 * (Noise.Unit(stone, 1, _seed + 48) - 0.5f) + 7 * Noise.Fractal(at.X * 14, at.Y * 14, 2, _seed + 49));
    }

    private void DrawMarkings(Canvas canvas)
    {
        Vector3 Worn(float x, float y, Vector3 paint)
        {
            Vector2 at = _camera.Ground(x, y);
            float wear = Math.Clamp(0.84f + 0.5f * Noise.Fractal(at.X * 5, at.Y * 9, 3, _seed + 51), 0, 1);
            return Vector3.Lerp(Asphalt(at), paint, wear);
        }
        for (float x = -19.2f; x < 20; x += 3.6f)
            canvas.Fill(GroundQuad(x, 10.58f, x + 2, 10.46f), (px, py) => Worn(px, py, new(224, 222, 214)));
        canvas.Fill(GroundQuad(-20, 8.82f, 20, 8.74f), (px, py) => Worn(px, py, new(214, 184, 88)));
        // Bays for parked cars.
        foreach (float x in (float[])[-7.2f, -1.9f, 3.5f, 8.8f])
            canvas.Fill(GroundQuad(x, 13.7f, x + 0.11f, 12.0f), (px, py) => Worn(px, py, new(220, 218, 212)));
    }

    private void DrawManhole(Canvas canvas, float x, float depth, float radius)
    {
        var outline = new Vector2[28];
        foreach ((float size, Vector3 color) in ((float, Vector3)[])[(1f, new(70, 68, 68)), (0.88f, new(98, 95, 93)), (0.62f, new(82, 80, 80)), (0.52f, new(98, 95, 93))])
        {
            for (int i = 0; i < outline.Length; i++)
            {
                (float sin, float cos) = MathF.SinCos(i * MathF.Tau / outline.Length);
                outline[i] = _camera.Project(x + size * radius * cos, 0, depth + size * radius * sin);
            }
            canvas.Fill(outline, color);
        }
    }

    /// <summary>The dappled shade under the street tree.</summary>
    private void DrawTreeShade(Canvas canvas)
    {
        var random = new Random(_seed * 7 + 5);
        for (int i = 0; i < 420; i++)
        {
            float angle = random.NextSingle() * MathF.Tau, reach = MathF.Sqrt(random.NextSingle());
            var leaf = new Vector3(-4.6f + 1.35f * reach * MathF.Cos(angle), 3.7f + 1.1f * reach * MathF.Sin(angle), 14.3f + 1.2f * (random.NextSingle() - 0.5f));
            Vector2 at = _camera.ProjectShadow(leaf);
            canvas.Fill(Shapes.Ellipse(at, _camera.Scale * (4 + 5 * random.NextSingle()), _camera.Scale * (1.5f + 1.5f * random.NextSingle()), 0, 10), new Vector3(44, 42, 50), 0.07f);
        }
    }

    // ---- what people pass behind ----

    private Canvas Trunk()
    {
        Canvas canvas = NewCanvas();
        const float Depth = 14.35f, X = -4.6f;
        Vector3 bark = new(104, 84, 66);
        void Branch(float fromX, float fromY, float fromWidth, float toX, float toY, float toWidth)
        {
            Vector2 a = _camera.Project(fromX, fromY, Depth), b = _camera.Project(toX, toY, Depth);
            float unit = _camera.Focal / Depth;
            Vector2 side = Vector2.Normalize(new Vector2(-(b - a).Y, (b - a).X));
            canvas.Fill(Shapes.Capsule(a, fromWidth * unit, b, toWidth * unit), (x, y) =>
            {
                Vector2 at = _camera.Wall(x, y, Depth);
                float round = Vector2.Dot(new Vector2(x, y) - a, side) / (fromWidth * unit);
                return bark * (0.84f - 0.3f * round) + new Vector3(22 * Noise.Fractal(at.X * 18, at.Y * 4, 3, _seed + 61));
            });
        }
        Branch(X, 0.05f, 0.17f, X + 0.03f, 1.2f, 0.12f);
        Branch(X + 0.03f, 1.2f, 0.12f, X, 2.7f, 0.1f);
        Branch(X, 2.6f, 0.08f, X - 0.7f, 3.6f, 0.04f);
        Branch(X, 2.7f, 0.08f, X + 0.6f, 3.7f, 0.04f);
        Branch(X, 2.7f, 0.07f, X + 0.05f, 4.5f, 0.03f);
        return canvas.Shrink(_factor).Trim();
    }

    private Canvas LampPost()
    {
        Canvas canvas = NewCanvas();
        const float Depth = 14.1f, X = 2.55f;
        float unit = _camera.Focal / Depth;
        void Part(float x, float bottom, float top, float halfWidth, Vector3 color)
        {
            Vector2 a = _camera.Project(x, bottom, Depth), b = _camera.Project(x, top, Depth);
            canvas.Fill(Shapes.Rectangle(a.X - halfWidth * unit, b.Y, a.X + halfWidth * unit, a.Y), new Gradient(color * 1.3f, new(a.X - halfWidth * unit, 0), color * 0.6f, new(a.X + halfWidth * unit, 0)));
        }
        Vector3 iron = new(58, 70, 64);
        Part(X, 0, 0.9f, 0.085f, iron);
        Part(X, 0.9f, 4.4f, 0.045f, iron);
        Part(X, 0.86f, 0.94f, 0.1f, iron * 1.1f);
        Part(X, 4.36f, 4.44f, 0.16f, iron);
        Vector2[] glass =
        [
            _camera.Project(X - 0.13f, 4.44f, Depth), _camera.Project(X - 0.2f, 4.86f, Depth), _camera.Project(X + 0.2f, 4.86f, Depth), _camera.Project(X + 0.13f, 4.44f, Depth),
        ];
        canvas.Fill(glass, new Gradient(new(236, 234, 220), glass[1], new(178, 180, 176), glass[2]));
        canvas.Fill([_camera.Project(X - 0.24f, 4.86f, Depth), _camera.Project(X - 0.03f, 5.06f, Depth), _camera.Project(X + 0.03f, 5.06f, Depth), _camera.Project(X + 0.24f, 4.86f, Depth)], iron);
        return canvas.Shrink(_factor).Trim();
    }

    private Canvas ParkedCar()
    {
        Canvas canvas = NewCanvas();
        const float Depth = 12.05f, X = 6.2f;
        var figure = new Figure();
        CarBody.Saloon.Build(figure, X, Depth, -1, 0.2f, new Vector3(86, 104, 122), braking: false);
        Canvas shadow = NewCanvas();
        figure.DrawShadow(shadow, _camera);
        canvas.Fill([_camera.Project(X - 2.2f, 0, Depth), _camera.Project(X + 2.2f, 0, Depth), _camera.Project(X + 2.1f, 0, Depth + 1.7f), _camera.Project(X - 2.1f, 0, Depth + 1.7f)], new Vector3(20, 20, 24), 0.75f);
        for (int i = 0; i < shadow.Pixels.Length; i++)
        {
            if (shadow.Pixels[i].W > canvas.Pixels[i].W)
                canvas.Pixels[i] = new Vector4(20, 20, 28, 1) * (0.45f * shadow.Pixels[i].W) + canvas.Pixels[i] * (1 - 0.45f * shadow.Pixels[i].W);
        }
        figure.Draw(canvas, _camera);
        return canvas.Shrink(_factor).Trim();
    }

    // ---- leaves ----

    /// <summary>Leaves that fill some round masses of a crown: X, Y in metres and a radius.</summary>
    private Canvas Crown(ReadOnlySpan<Vector3> masses, float depth, int leaves, float leafSize, Vector3 color, int number)
    {
        Canvas canvas = NewCanvas();
        var random = new Random(_seed * 1009 + number);
        float unit = _camera.Focal / depth;
        for (int i = 0; i < leaves; i++)
        {
            Vector3 mass = masses[random.Next(masses.Length)];
            float angle = random.NextSingle() * MathF.Tau, reach = MathF.Pow(random.NextSingle(), 0.55f);
            Vector2 offset = reach * new Vector2(MathF.Cos(angle), MathF.Sin(angle));
            // Early leaves lie deep in the crown and are dark; the later ones lie outside and catch the light from the upper left.
            float layer = (float)i / leaves;
            float light = 0.42f + 0.42f * layer + 0.2f * offset.Y - 0.16f * offset.X + 0.22f * (random.NextSingle() - 0.5f);
            Vector3 tint = color * light + new Vector3(22, 16, -6) * (layer * random.NextSingle());
            Vector2 at = _camera.Project(mass.X + mass.Z * offset.X, mass.Y + mass.Z * offset.Y, depth);
            float size = leafSize * unit * (0.6f + 0.7f * random.NextSingle());
            canvas.Fill(Shapes.Ellipse(at, size, size * (0.4f + 0.25f * random.NextSingle()), random.NextSingle() * MathF.PI, 9), tint);
        }
        return canvas.Shrink(_factor).Trim();
    }

    private Canvas Hedge(float left, float right, float depth, float height, Vector3 color, int number)
    {
        Canvas canvas = NewCanvas();
        var random = new Random(_seed * 1009 + number);
        float unit = _camera.Focal / depth;
        canvas.Fill(UprightQuad(left, height - 0.05f, right, 0, depth), color * 0.46f);
        for (int i = 0; i < 2600; i++)
        {
            float x = left + (right - left) * random.NextSingle(), y = (height + 0.04f) * random.NextSingle();
            float light = 0.5f + 0.42f * y / height + 0.26f * (random.NextSingle() - 0.5f) + (y > height - 0.08f ? 0.2f : 0);
            Vector2 at = _camera.Project(x, y, depth);
            float size = 0.06f * unit * (0.6f + 0.6f * random.NextSingle());
            canvas.Fill(Shapes.Ellipse(at, size, size * 0.55f, random.NextSingle() * MathF.PI, 8), color * light + new Vector3(14, 10, -4) * random.NextSingle());
        }
        return canvas.Shrink(_factor).Trim();
    }

    // ---- geometry ----

    private Vector2[] WallQuad(float left, float top, float right, float bottom) => UprightQuad(left, top, right, bottom, HouseFront);

    private Vector2[] UprightQuad(float left, float top, float right, float bottom, float depth) =>
        [_camera.Project(left, top, depth), _camera.Project(right, top, depth), _camera.Project(right, bottom, depth), _camera.Project(left, bottom, depth)];

    private void WallRect(Canvas canvas, float left, float top, float right, float bottom, Vector3 color, float opacity = 1) =>
        canvas.Fill(WallQuad(left, top, right, bottom), color, opacity);

    private Vector2[] GroundQuad(float left, float far, float right, float near) =>
        [_camera.Project(left, 0, far), _camera.Project(right, 0, far), _camera.Project(right, 0, near), _camera.Project(left, 0, near)];

    private static float Square(float x) => x * x;
}
