using GmmVision.Ffmpeg;
using GmmVision.Imaging;
using GmmVision.Scenes;
using Xunit;

namespace GmmVision.Tests.Scenes;

/// <summary>The files of media/ are what the renderer makes; where one of these fails, `dotnet run --project tests/GmmVision.Scenes -c Release -- media` makes them anew.</summary>
public class MediaTests
{
    private static readonly Scene Street = new(SceneOptions.Street);

    private static string Folder
    {
        get
        {
            for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
                if (File.Exists(Path.Combine(folder.FullName, "GmmVision.sln")))
                    return Path.Combine(folder.FullName, "media");
            throw new DirectoryNotFoundException($"No folder above '{AppContext.BaseDirectory}' holds GmmVision.sln.");
        }
    }

    [Fact]
    public void The_clip_shows_the_rendered_frames_and_its_truth_is_exact()
    {
        string clip = Path.Combine(Folder, "street.mp4");
        Assert.InRange(new FileInfo(clip).Length, 500_000, 4_000_000);
        using IFrameSource video = FrameSources.Open(clip);
        using IFrameSource mask = FrameSources.Open(Path.Combine(Folder, "street.groundtruth.mkv"), new SourceOptions { Layout = PixelLayout.Gray8 });
        Assert.Equal((640, 360, 25.0), (video.Format.Width, video.Format.Height, video.FrameRate));
        Frame frame = new(video.Format), truth = new(mask.Format), rendered = new(Street.Format);
        byte[] expected = new byte[Street.Format.PixelCount];
        int count = 0;
        while (video.TryRead(frame, TestContext.Current.CancellationToken))
        {
            Assert.True(mask.TryRead(truth, TestContext.Current.CancellationToken));
            if (count % 80 == 0)
            {
                Street.Render(count, rendered, expected);
                Assert.Equal(expected, truth.Data);
                Assert.Equal(rendered.Time, frame.Time);
                Assert.InRange(MeanError(rendered, frame), 0, 4);
            }
            count++;
        }
        Assert.False(mask.TryRead(truth, TestContext.Current.CancellationToken));
        Assert.Equal(SceneOptions.Street.FrameCount, count);
    }

    private static double MeanError(Frame expected, Frame actual)
    {
        double sum = 0;
        for (int i = 0; i < expected.Format.PixelCount; i++)
            sum += Math.Abs(expected.Data[i] - actual.Data[i]);
        return sum / expected.Format.PixelCount;
    }

    [Fact]
    public void The_true_events_are_the_scenes_and_far_apart()
    {
        Assert.Equal(Media.EventsJson(Street), File.ReadAllText(Path.Combine(Folder, "street.events.json")));
        Assert.True(Street.Events.Count >= 3);
        for (int i = 1; i < Street.Events.Count; i++)
            Assert.True(Street.Events[i].Start - Street.Events[i - 1].End > 4);
    }

    [Fact]
    public void The_photo_is_the_rendered_one()
    {
        Frame photo = StillImage.Load(Path.Combine(Folder, "photo.png"));
        Assert.Equal((640, 480), (photo.Width, photo.Height));
        Assert.Equal(Media.RenderPhoto().Data, photo.Data);
    }
}
