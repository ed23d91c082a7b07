using GmmVision.Imaging;
using GmmVision.Motion;
using GmmVision.Recording.Loop;

namespace GmmVision.Cli.Detect;

/// <summary>Writes where every object was: a line of JSON for each frame and object, in the video's own pixels.</summary>
internal sealed class TracksFile(string path, OwnPixels pixels, int eventsBefore) : IFrameObserver, IDisposable
{
    private readonly FileStream _file = new(path, FileMode.Create, FileAccess.Write, FileShare.Read, 1 << 16);

    public void See(Frame frame, FrameResult result)
    {
        foreach (Track track in result.Tracks)
        {
            if (!track.IsVisible)
                continue;
            Box box = pixels.Of(track.Region.Box);
            JsonLine.Write(_file, new TrackLine(frame.Number, Math.Round(frame.Time.TotalSeconds, 6), track.Number,
                result.EventNumber > 0 ? result.EventNumber + eventsBefore : 0, [box.X, box.Y, box.Width, box.Height]), CliJson.Default.TrackLine);
        }
    }

    public void Complete() => _file.Flush();

    public void Dispose() => _file.Dispose();
}

/// <summary>Where an object was in a frame.</summary>
/// <param name="Frame">Number of the frame, from 0.</param>
/// <param name="Time">Its time in seconds.</param>
/// <param name="Track">Number of the object.</param>
/// <param name="Event">Number of the event that was on; 0: none.</param>
/// <param name="Box">x, y, width, height.</param>
internal sealed record TrackLine(long Frame, double Time, int Track, int Event, int[] Box);
