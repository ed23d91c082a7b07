using System.Text.Json;
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
            using (Utf8JsonWriter json = new(_file))
            {
                json.WriteStartObject();
                json.WriteNumber("frame", frame.Number);
                json.WriteNumber("time", Math.Round(frame.Time.TotalSeconds, 6));
                json.WriteNumber("track", track.Number);
                json.WriteNumber("event", result.EventNumber > 0 ? result.EventNumber + eventsBefore : 0);
                json.WriteStartArray("box");
                foreach (int side in (ReadOnlySpan<int>)[box.X, box.Y, box.Width, box.Height])
                    json.WriteNumberValue(side);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            _file.WriteByte((byte)'\n');
        }
    }

    public void Complete() => _file.Flush();

    public void Dispose() => _file.Dispose();
}
