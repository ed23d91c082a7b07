namespace GmmVision.Scenes.Actors;

/// <summary>Who passes through a scene, and when.</summary>
internal static class Casting
{
    /// <summary>Seconds without anybody between two groups: enough for events that must not be merged.</summary>
    private const double Quiet = 4.5;

    /// <summary>Seconds that nobody needs longer for any passage.</summary>
    private const double LongestPassage = 16;

    public static List<ActorScript> Choose(SceneOptions options)
    {
        var random = new Random(options.Seed * 7919 + 13);
        double length = options.FrameCount / options.FrameRate;
        var cast = new List<ActorScript>();
        if (options.BusyStart > 0)
            AddCrowd(cast, random, options.BusyStart);
        if (options.StoppedObject)
            cast.Add(new ActorScript(ActorKind.Car, Lane.NearLane, Math.Min(3, length / 5), 8) { Look = 4, StopAt = 0.52, StopFor = double.PositiveInfinity });
        if (options.Actors is null)
            AddGroups(cast, random, options.BusyStart > 0 ? options.BusyStart + LongestPassage : 2.5, length);
        else
            cast.AddRange(options.Actors);
        return cast;
    }

    /// <summary>Groups of one to three, with quiet between them.</summary>
    private static void AddGroups(List<ActorScript> cast, Random random, double from, double length)
    {
        for (double start = from; start < length;)
        {
            double end = start;
            for (int count = random.Next(1, 4); count > 0; count--)
            {
                ActorScript actor = Passer(random, start + 1.5 * random.NextDouble());
                cast.Add(actor);
                end = Math.Max(end, actor.Start + Duration(actor));
            }
            start = end + Quiet;
        }
    }

    /// <summary>People on the near pavement close behind each other, and cars, from before the first frame on.</summary>
    private static void AddCrowd(List<ActorScript> cast, Random random, double until)
    {
        for (double start = -4; start < until; start += 1.1 + 0.7 * random.NextDouble())
            cast.Add(Passer(random, start) with { Lane = Lane.NearPavement, Kind = ActorKind.Walker, Speed = 1.25 + 0.35 * random.NextDouble(), Aside = 0.4 * (random.NextDouble() - 0.5) });
        for (double start = -1.2; start < until; start += 1.5 + 2 * random.NextDouble())
        {
            bool near = random.Next(2) == 0;
            cast.Add(Passer(random, start) with { Lane = near ? Lane.NearLane : Lane.FarLane, FromLeft = near, Kind = ActorKind.Car, Speed = 5 + 3 * random.NextDouble() });
        }
    }

    private static ActorScript Passer(Random random, double start)
    {
        int which = random.Next(10);
        int look = random.Next(1000);
        bool fromLeft = random.Next(2) == 0;
        double haste = random.NextDouble();
        ActorScript actor = which switch
        {
            < 3 => new ActorScript(ActorKind.Walker, Lane.NearPavement, start, 1.2 + 0.5 * haste),
            3 => new ActorScript(ActorKind.Runner, Lane.FarPavement, start, 2.6 + 0.8 * haste),
            4 => new ActorScript(ActorKind.Cyclist, Lane.NearLane, start, 3.5 + 1.5 * haste),
            5 => new ActorScript(ActorKind.Van, Lane.FarLane, start, 5 + 3 * haste),
            < 8 => new ActorScript(ActorKind.Car, Lane.NearLane, start, 5 + 4 * haste),
            _ => new ActorScript(ActorKind.Car, Lane.FarLane, start, 5 + 4 * haste),
        };
        // On the road the traffic keeps to the right.
        return actor with { Look = look, FromLeft = actor.Lane == Lane.NearLane || (actor.Lane != Lane.FarLane && fromLeft) };
    }

    /// <summary>Seconds that a passage takes at most, at the widest usual shape of picture.</summary>
    private static double Duration(ActorScript actor) => Math.Min(LongestPassage, (actor.Lane == Lane.FarPavement ? 19 : 16) / actor.Speed);
}
