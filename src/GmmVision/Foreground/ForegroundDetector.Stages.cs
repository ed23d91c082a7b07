using GmmVision.Imaging;

namespace GmmVision.Foreground;

// The stages in their order: a new one is a file of its own, and a line here.
public sealed partial class ForegroundDetector
{
    /// <summary>The largest region, as a fraction of the picture, that can be leaves or waves: larger ones are objects.</summary>
    private const double LargestRustle = 0.03;

    /// <summary>The smallest target that is followed, as a fraction of the picture: 4 pixels of 320x240.</summary>
    private const double SmallestTarget = 0.00005;

    /// <summary>Pixels of a picture 240 pixels high by which a small target may miss where it is expected.</summary>
    private const double TargetReach = 2;

    /// <summary>Pixels a second of a picture 240 pixels high: across the picture in six seconds.</summary>
    private const double TargetSpeed = 50;

    /// <summary>Pixels of a picture 240 pixels high that no drop or flake is thick: two that touch are 5.</summary>
    private const double DropThickness = 7;

    /// <summary>Pixels of a picture 240 pixels high that somebody goes in a fifth of a second: his own width.</summary>
    private const double StepInRain = 24;

    private IMaskStage[] Stages(FrameFormat format)
    {
        (int width, int height) = (format.Width, format.Height);
        double scale = ScaleOf(format);
        int region = SmallestRegion(format);
        List<IMaskStage> stages = [];
        if (_shadows != null)
            stages.Add(_shadows);
        // Twice the smallest region: what the median leaves of a region of that size is less.
        SmallTargets? targets = Options.SmallTargets
            ? new SmallTargets(width, height, Math.Max(3, (int)(SmallestTarget * format.PixelCount)), Math.Max(8, 2 * region), TargetReach * scale, TargetSpeed * scale)
            : null;
        if (targets != null)
            stages.Add(targets);
        FaintTest? faint = Options.FaintTest && _evidence != null ? new FaintTest(width, height, _evidence, _light, _shadows) : null;
        if (faint != null)
            stages.Add(faint);
        stages.AddRange(_cleaning);
        if (VoteReach(format) is > 0 and int reach)
            stages.Add(new NeighborVote(format, reach, region, (int)(LargestRustle * format.PixelCount), Options.NeighborMajority, Background.Team));
        if (faint != null)
            stages.Add(faint.Return);
        if (targets != null)
            stages.Add(targets.Return);
        if (faint != null || targets != null)
            stages.Add(new WithinRegionOfInterest());       // what came back was kept before the region was heard
        if (Options.RainTest && _scene != null)
            stages.Add(_rain = new RainTest(_grid!, _scene, format, OddSize(DropThickness * scale), (int)(StepInRain * scale)));
        if (_scene != null)
            stages.Add(new StillRelease(_grid!, _scene, format, TimeSpan.FromSeconds(Options.StillRelease), TimeSpan.FromSeconds(Options.AppearanceRelease)));
        if (Options.SelectiveUpdate)
            stages.Add(_held);
        if (Options.GhostTest && _grid != null)
            stages.Add(new GhostTest(format, _grid, _scene));
        return [.. stages];
    }

    /// <summary>Those that make a mask clean, whatever it shows.</summary>
    private IMaskStage[] CleaningStages(FrameFormat format)
    {
        (int width, int height) = (format.Width, format.Height);
        List<IMaskStage> stages = [];
        if (OddSize(Options.MedianSize * ScaleOf(format)) is > 1 and int window)
            stages.Add(new MajorityFilter(width, height, Math.Min(MajorityFilter.MaxSize, window)));
        if ((int)(Options.HoleArea * format.PixelCount) is > 0 and int hole)
            stages.Add(new HoleFiller(width, height, hole));
        // The vote labels the regions anyway and drops the small ones too.
        if (SmallestRegion(format) is > 1 and int region && VoteReach(format) == 0)
            stages.Add(new SmallRegionFilter(width, height, region));
        stages.Add(new WithinRegionOfInterest());
        return [.. stages];
    }

    /// <summary>What is stated for a picture 240 pixels high is so many times as large.</summary>
    private static double ScaleOf(FrameFormat format) => Math.Min(format.Width, format.Height) / 240.0;

    private int SmallestRegion(FrameFormat format) => (int)(Options.RegionArea * format.PixelCount);

    private int VoteReach(FrameFormat format) => (int)Math.Round(Options.NeighborReach * ScaleOf(format));

    private static int OddSize(double size) => 2 * (int)Math.Round((size - 1) / 2) + 1;
}
