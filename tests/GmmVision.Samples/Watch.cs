using GmmVision.Recording.Cameras;
using GmmVision.Recording.Clips;
using GmmVision.Recording.Events;

namespace GmmVision.Samples;

/// <summary>A camera for months: it is opened again whenever it is lost, its events have clips and pictures, and each is told. Here a file plays the camera, and ends.</summary>
internal static class Watch
{
    public static void Run(string video)
    {
        string folder = Directory.CreateTempSubdirectory("gmmvision-watch").FullName;
        CameraSetup door = new() { Name = "door", Source = video, Realtime = true };      // or Source = "rtsp://..."
        using CameraSession camera = new(door, new CameraServices(Console.WriteLine, [new Teller()]), new ClipFolder(folder));
        camera.Start();
        while (!camera.HasEnded)
            Thread.Sleep(100);
        Console.WriteLine($"clips, pictures and events are in {folder}");
    }

    private sealed class Teller : INotifier
    {
        // Called from the camera's thread: it must not wait.
        public void Post(CameraEvent happened)
        {
            if (happened.Kind == CameraEventKind.Motion)
                Console.WriteLine($"{happened.Camera}: motion for {happened.Duration:0.0} s, {happened.Clip}");
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
