using System.Globalization;
using GmmVision.Imaging;
using GmmVision.Motion;
using GmmVision.Recording.Loop;

namespace GmmVision.Cli.Detect;

/// <summary>
/// Finds out whether something moves all the time that nobody waits for: rain, snow, leaves, noise. Such motion is many
/// small regions that are gone as soon as they came; in a busy street regions are as large as what drives and walks
/// there, or, far away, small but followed for seconds.
/// </summary>
/// <remarks>The limits lie between rendered rain and snow at 5 to 25 frames a second and labelled and unlabelled footage of streets; see the tests.</remarks>
/// <param name="format">Of the frames.</param>
/// <param name="options">What counts as motion.</param>
internal sealed class RestlessMotion(FrameFormat format, MotionOptions options) : IFrameObserver
{
    /// <summary>What the note suggests as the smallest area; regions below it are the small ones, as a fraction of the picture.</summary>
    public const double SuggestedArea = 0.002;

    private const double MovingShare = 0.8;       // of the time, as events join it: nobody calls less "all the time"; of light rain's frames 0.6 show any
    private const double SmallShare = 0.8;        // of regions that are small: 0.89 and more in rain and snow, 0.76 and less in filmed streets
    private const double BriefShare = 0.42;       // of tracks that are small and brief: 0.47 and more in rain and snow (the more falls, the more often drops meet), 0.38 and less in streets whose regions are small
    private const double BriefPerSecond = 2;      // 4.3 in light snow
    private const double LeastFrameRate = 4;      // below it an object that passes is as brief as a drop
    private const double RainShare = 0.2;         // of the frames, from which on whoever reads the events should know

    // The background settles first; whoever is brief is so for less than a blink; shorter inputs have no "all the time".
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2), Brief = TimeSpan.FromSeconds(0.2), Shortest = TimeSpan.FromSeconds(10);

    private readonly double _smallPixels = SuggestedArea * format.PixelCount;
    private readonly HashSet<int> _young = [], _present = [];      // numbers of small tracks that may turn out brief; of all tracks of a frame
    private TimeSpan? _first;
    private TimeSpan _last, _covered;
    private TimeSpan? _moved;
    private long _frames, _rain, _moving, _regions, _small, _tracks, _brief;

    public void See(Frame frame, FrameResult result) => Add(result);

    /// <summary>Takes the next frame.</summary>
    public void Add(FrameResult result)
    {
        _first ??= result.Time;
        _last = result.Time;
        if (result.Time - _first < Settling)
            return;
        _frames++;
        if (result.Rains)
            _rain++;
        if (result.Regions.Length > 0 && result.Score >= options.Threshold)
        {
            _moving++;
            if (_moved is { } before && result.Time - before <= options.MergeWindow)
                _covered += result.Time - before;
            _moved = result.Time;
        }
        foreach (Region region in result.Regions)
        {
            _regions++;
            if (region.Area < _smallPixels)
                _small++;
        }
        Follow(result);
    }

    /// <summary>Goes on with what another one has counted, of a later stretch of the same input.</summary>
    public void Join(RestlessMotion later)
    {
        if (later._first is not TimeSpan first)
            return;
        (_first, _last) = _first is TimeSpan own ? (own, _last + (later._last - first)) : (first, later._last);
        _covered += later._covered;
        (_frames, _rain, _moving, _regions, _small, _tracks, _brief) =
            (_frames + later._frames, _rain + later._rain, _moving + later._moving, _regions + later._regions, _small + later._small, _tracks + later._tracks, _brief + later._brief);
    }

    /// <summary>What to tell the user; null where there is nothing of the kind.</summary>
    public string? Note()
    {
        double seconds = (_last - (_first ?? _last) - Settling).TotalSeconds;
        bool isRestless = _last - _first >= Shortest && _frames >= LeastFrameRate * seconds && _covered.TotalSeconds >= MovingShare * seconds
            && _small >= SmallShare * _regions && _brief >= BriefShare * _tracks && _brief >= BriefPerSecond * seconds;
        // Drops that are left out already are told too: what somebody misses may have been as thin.
        if (!isRestless && _rain >= RainShare * _frames && _rain > 0 && options.MinArea < SuggestedArea)
            return string.Create(CultureInfo.InvariantCulture,
                $"something moves all the time in {100.0 * _rain / _frames:0} % of the frames, thin and everywhere, as rain and snow do: it is left out, and with it who is as thin or is seen in fewer than three frames; where some of it shows all the same, set --min-area {SuggestedArea} or larger, or a --zone where motion matters");
        return !isRestless ? null : string.Create(CultureInfo.InvariantCulture,
            $"something moves all the time, in {100.0 * _moving / _frames:0} % of the frames, in small regions that come and go, as rain, snow, leaves or noise do: set --min-area {SuggestedArea} or larger, a --zone where motion matters, or a larger --threshold than {options.Threshold}");
    }

    private void Follow(FrameResult result)
    {
        _present.Clear();
        foreach (Track track in result.Tracks)
        {
            _present.Add(track.Number);
            if (track.Frames == 1 && track.IsVisible)
            {
                _tracks++;
                if (track.Region.Area < _smallPixels)
                    _young.Add(track.Number);
            }
            else if (track.LastSeen - track.FirstSeen >= Brief)
            {
                _young.Remove(track.Number);
            }
        }
        _brief += _young.RemoveWhere(number => !_present.Contains(number));
    }
}
