using System.Diagnostics;
using System.Globalization;
using System.Text;
using GmmVision.Imaging;
using GmmVision.Scenes.Scenery;

namespace GmmVision.Scenes;

/// <summary>Makes the files of media/.</summary>
internal static class Media
{
    public static int Make(string folder, TextWriter log)
    {
        Directory.CreateDirectory(folder);
        var scene = new Scene(SceneOptions.Street);
        MakeStreet(scene, folder, log);
        File.WriteAllText(Path.Combine(folder, "street.events.json"), EventsJson(scene));
        MakePhoto(folder);
        return 0;
    }

    private static void MakePhoto(string folder)
    {
        const int Width = 640, Height = 480;
        var picture = new Picture(Width, Height);
        Landscape.Paint(Width, Height, seed: 4).Pixels.CopyTo(picture.Pixels, 0);
        var options = new SceneOptions { Width = Width, Height = Height, Layout = PixelLayout.Rgb, Noise = 3.5 };
        var frame = new Frame(options.Format);
        new Exposure(options).Expose(picture, 0, frame);
        using Process png = Start(["-f", "rawvideo", "-pix_fmt", "gbrp", "-s", $"{Width}x{Height}", "-i", "-", "-pix_fmt", "rgb24", Path.Combine(folder, "photo.png")]);
        foreach (int plane in (int[])[1, 2, 0])
            for (int y = 0; y < Height; y++)
                png.StandardInput.BaseStream.Write(frame.Row(plane, y));
        png.StandardInput.Close();
        png.WaitForExit();
    }

    /// <summary>The true events as the detector's report would state them.</summary>
    public static string EventsJson(Scene scene)
    {
        var json = new StringBuilder("{\n  \"events\": [\n");
        for (int i = 0; i < scene.Events.Count; i++)
        {
            MotionInterval motion = scene.Events[i];
            json.Append(CultureInfo.InvariantCulture, $"    {{ \"start\": {motion.Start}, \"end\": {motion.End} }}{(i + 1 < scene.Events.Count ? "," : "")}\n");
        }
        return json.Append("  ]\n}\n").ToString();
    }

    private static void MakeStreet(Scene scene, string folder, TextWriter log)
    {
        string size = $"{scene.Options.Width}x{scene.Options.Height}", rate = scene.Options.FrameRate.ToString(CultureInfo.InvariantCulture);
        using Process video = Start(["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", size, "-r", rate, "-i", "-",
            "-c:v", "libx264", "-preset", "slow", "-crf", "20", "-pix_fmt", "yuv420p", "-movflags", "+faststart", Path.Combine(folder, "street.mp4")]);
        using Process mask = Start(["-f", "rawvideo", "-pix_fmt", "gray", "-s", size, "-r", rate, "-i", "-", "-c:v", "ffv1", Path.Combine(folder, "street.groundtruth.mkv")]);
        var frame = new Frame(scene.Format);
        byte[] truth = new byte[scene.Format.PixelCount];
        var clock = Stopwatch.StartNew();
        for (int number = 0; number < scene.Options.FrameCount; number++)
        {
            scene.Render(number, frame, truth);
            video.StandardInput.BaseStream.Write(frame.Data);
            mask.StandardInput.BaseStream.Write(truth);
        }
        log.WriteLine($"{scene.Options.FrameCount} frames in {clock.Elapsed.TotalSeconds:0.0} s");
        foreach (Process process in (Process[])[video, mask])
        {
            process.StandardInput.Close();
            process.WaitForExit();
            if (process.ExitCode != 0)
                throw new IOException($"ffmpeg ended with exit code {process.ExitCode}.");
        }
    }

    private static Process Start(string[] arguments)
    {
        var start = new ProcessStartInfo("ffmpeg") { RedirectStandardInput = true };
        foreach (string argument in (string[])["-v", "error", "-y", .. arguments])
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }
}
