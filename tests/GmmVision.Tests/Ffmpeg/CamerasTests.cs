using GmmVision.Ffmpeg;
using Xunit;

namespace GmmVision.Tests.Ffmpeg;

public class CamerasTests(Clips clips) : IClassFixture<Clips>
{
    [Fact]
    public void Linux_cameras_are_listed_by_number_without_their_metadata_nodes()
    {
        string folder = Path.GetDirectoryName(clips.NewPath("x"))!;
        foreach ((string device, string index, string name) in new[] { ("video10", "0", "Side"), ("video2", "0", "Front: HD"), ("video3", "1", "Front: HD") })
        {
            Directory.CreateDirectory(Path.Combine(folder, device));
            File.WriteAllText(Path.Combine(folder, device, "index"), index + "\n");
            File.WriteAllText(Path.Combine(folder, device, "name"), name + "\n");
        }
        Assert.Equal([new Camera("/dev/video2", "Front: HD"), new Camera("/dev/video10", "Side")], Cameras.ListVideo4Linux(folder, "/dev"));
        Assert.Empty(Cameras.ListVideo4Linux(Path.Combine(folder, "none"), "/dev"));
    }

    [Fact]
    public void Windows_and_macOS_cameras_are_read_from_ffmpegs_list()
    {
        string[] windows =
        [
            "[dshow @ 0000020c] \"Integrated Webcam\" (video)",
            "[dshow @ 0000020c]   Alternative name \"@device_pnp_\\\\?\\usb#vid\"",
            "[dshow @ 0000020c] \"Microphone\" (audio)",
            "[dshow @ 0000020c] \"OBS Virtual Camera\" (video)",
        ];
        Assert.Equal([new Camera("camera:0", "Integrated Webcam"), new Camera("camera:1", "OBS Virtual Camera")], Cameras.ParseDeviceList(windows, directShow: true));
        string[] mac =
        [
            "[AVFoundation indev @ 0x7f8] AVFoundation video devices:",
            "[AVFoundation indev @ 0x7f8] [0] FaceTime HD Camera",
            "[AVFoundation indev @ 0x7f8] [1] Capture screen 0",
            "[AVFoundation indev @ 0x7f8] AVFoundation audio devices:",
            "[AVFoundation indev @ 0x7f8] [0] Built-in Microphone",
        ];
        Assert.Equal([new Camera("camera:0", "FaceTime HD Camera"), new Camera("camera:1", "Capture screen 0")], Cameras.ParseDeviceList(mac, directShow: false));
    }

    [Fact]
    public void A_number_that_is_none_is_refused() =>
        Assert.Contains("camera:0 for the first", Assert.Throws<ArgumentException>(() => FrameSources.Open("camera:front")).Message);
}
