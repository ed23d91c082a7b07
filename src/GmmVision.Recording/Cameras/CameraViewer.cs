using GmmVision.Imaging;
using GmmVision.Motion;
using GmmVision.Recording.Loop;

namespace GmmVision.Recording.Cameras;

/// <summary>Shows a camera's frames with all that is known of them. The camera's thread only.</summary>
/// <param name="views">Where.</param>
/// <param name="pipeline">What has found it.</param>
/// <param name="recorder">Knows the event under way.</param>
/// <param name="captured">When the frame arrived.</param>
internal sealed class CameraViewer(IReadOnlyList<ICameraView> views, CameraPipeline pipeline, EventRecorder recorder, Func<DateTimeOffset> captured) : IFrameObserver
{
    private TrackedBox[] _regions = [];

    /// <inheritdoc/>
    public void See(Frame frame, FrameResult result)
    {
        int count = 0;
        if (_regions.Length < result.Tracks.Length)
            _regions = new TrackedBox[result.Tracks.Length];
        foreach (Track track in result.Tracks)
        {
            if (track.IsVisible)
                _regions[count++] = new TrackedBox(track.Number, track.Region.Box);
        }
        CameraFrame shown = new()
        {
            Picture = frame,
            Foreground = result.Foreground,
            Background = pipeline.Motion!.Detector.Background,
            Regions = _regions.AsSpan(0, count),
            Score = result.Score,
            Threshold = pipeline.Threshold,
            Event = recorder.Current,
            ZoneNames = pipeline.ZoneNames,
            MovingZones = result.Summary.Zones,
            ReachedZones = result.Summary.Reached,
            Masked = result.Masked,
            Captured = captured(),
            Hidden = pipeline.Motion.Privacy?.Hidden,
        };
        foreach (ICameraView view in views)
            view.Show(shown);
    }
}
