using System.Globalization;
using System.Text;
using GmmVision.Ffmpeg;
using GmmVision.Imaging;
using GmmVision.Scenes.Scenery;

namespace GmmVision.Scenes;

/// <summary>Makes the files of media/.</summary>
public static class Media
{
    /// <summary>Renders the sample clip with its truth and events, and the sample photo, into a folder.</summary>
    /// <param name="folder">Created where it is missing; files of the same names are replaced.</param>
    /// <param name="log">Where progress goes.</param>
    /// <exception cref="IOException">Something cannot be written, or ffmpeg is missing.</exception>
    public static void Make(string folder, TextWriter log)
    {
        ArgumentNullException.ThrowIfNull(log);
        Directory.CreateDirectory(folder);
        var scene = new Scene(SceneOptions.Street);
        MakeStreet(scene, folder, log);
        string events = Path.Combine(folder, "street.events.json");
        File.WriteAllText(events, EventsJson(scene));
        log.WriteLine($"{events}: {scene.Events.Count} events");
        string photo = Path.Combine(folder, "photo.png");
        StillImage.Save(photo, RenderPhoto());
        log.WriteLine(photo);
    }

    /// <summary>The true events as the detector's report would state them.</summary>
    public static string EventsJson(Scene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        var json = new StringBuilder("{\n  \"events\": [\n");
        for (int i = 0; i < scene.Events.Count; i++)
        {
            MotionInterval motion = scene.Events[i];
            json.Append(CultureInfo.InvariantCulture, $"    {{ \"start\": {motion.Start}, \"end\": {motion.End} }}{(i + 1 < scene.Events.Count ? "," : "")}\n");
        }
        return json.Append("  ]\n}\n").ToString();
    }

    /// <summary>The sample photo, as a camera with some noise would take it.</summary>
    public static Frame RenderPhoto()
    {
        var options = new SceneOptions { Width = 640, Height = 480, Layout = PixelLayout.Rgb, Noise = 3.5 };
        var picture = new Picture(options.Width, options.Height);
        Landscape.Paint(options.Width, options.Height, seed: 4).Pixels.CopyTo(picture.Pixels, 0);
        var frame = new Frame(options.Format);
        new Exposure(options).Expose(picture, 0, frame);
        return frame;
    }

    /// <summary>Lays a frame of a run's overlay beside the same frame of its mask.</summary>
    /// <param name="folder">What <c>detect --overlay --mask</c> wrote.</param>
    /// <param name="path">The picture to write.</param>
    /// <param name="at">Time of the frame.</param>
    /// <exception cref="IOException">The folder lacks one of the videos, or they have no frame at that time.</exception>
    public static void MakeOverlayPicture(string folder, string path, TimeSpan at)
    {
        const int Gap = 8;
        Frame overlay = ReadFrame(Path.Combine(folder, "overlay.mp4"), at), mask = ReadFrame(Path.Combine(folder, "mask.mkv"), at);
        var both = new Frame(new FrameFormat(overlay.Width + Gap + mask.Width, overlay.Height, PixelLayout.Rgb));
        both.Data.Fill(255);
        for (int plane = 0; plane < 3; plane++)
        {
            for (int y = 0; y < both.Height; y++)
            {
                overlay.Row(plane, y).CopyTo(both.Row(plane, y));
                mask.Row(plane, y).CopyTo(both.Row(plane, y)[(overlay.Width + Gap)..]);
            }
        }
        StillImage.Save(path, both);
    }

    private static Frame ReadFrame(string path, TimeSpan at)
    {
        using IFrameSource source = FrameSources.Open(path, new SourceOptions { Layout = PixelLayout.Rgb, Start = at });
        var frame = new Frame(source.Format);
        return source.TryRead(frame) ? frame : throw new IOException($"'{path}' has no frame at {at.TotalSeconds} s.");
    }

    private static void MakeStreet(Scene scene, string folder, TextWriter log)
    {
        SceneOptions options = scene.Options;
        string clip = Path.Combine(folder, "street.mp4"), truth = Path.Combine(folder, "street.groundtruth.mkv");
        // One thread, because x264 gives other bits with other numbers of them.
        using var video = new VideoSink(clip, options.Format, new VideoSinkOptions { FrameRate = options.FrameRate, Quality = 20, Speed = "slow", Threads = 1 });
        var frame = new Frame(options.Format);
        var truthFrame = new Frame(new FrameFormat(options.Width, options.Height, PixelLayout.Gray8, ColorRange.Full));
        using var mask = new VideoSink(truth, truthFrame.Format, new VideoSinkOptions { FrameRate = options.FrameRate, Codec = VideoCodec.Ffv1, Threads = 1 });
        for (int number = 0; number < options.FrameCount; number++)
        {
            scene.Render(number, frame, truthFrame.Data);
            truthFrame.Time = frame.Time;
            video.Write(frame);
            mask.Write(truthFrame);
            if ((number + 1) % 100 == 0 || number + 1 == options.FrameCount)
                log.WriteLine($"{clip}: {number + 1} of {options.FrameCount} frames");
        }
        video.Complete();
        mask.Complete();
    }
}
