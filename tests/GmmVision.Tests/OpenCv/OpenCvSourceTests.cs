using GmmVision.Imaging;
using GmmVision.OpenCv;
using GmmVision.Tests.Ffmpeg;
using Xunit;

namespace GmmVision.Tests.OpenCv;

/// <summary>What the contract of sources asks, of OpenCV's.</summary>
public class OpenCvSourceTests(Clips clips) : IClassFixture<Clips>
{
    [Fact]
    public void Frames_come_in_order_with_growing_times_from_zero()
    {
        OpenCvHere.Require();
        using OpenCvFrameSource source = OpenCvFrameSource.Open(OpenedSource.Video(clips));
        Assert.Equal((64, 48, false, 10), (source.Format.Width, source.Format.Height, source.IsLive, source.FrameRate));
        Assert.Equal(OpenedSource.Frames, source.FrameCount);
        var frame = new Frame(source.Format);
        byte[] before = [];
        for (int count = 0; count < OpenedSource.Frames; count++)
        {
            Assert.True(source.TryRead(frame, TestContext.Current.CancellationToken));
            Assert.Equal((count, count / 10.0), (frame.Number, Math.Round(frame.Time.TotalSeconds, 3)));
            Assert.False(frame.Data.SequenceEqual(before), "the same picture twice");
            before = frame.Data.ToArray();
        }
        Assert.False(source.TryRead(frame, TestContext.Current.CancellationToken));
        Assert.False(source.TryRead(frame, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_frame_of_another_format_is_refused_and_a_cancelled_read_says_so()
    {
        OpenCvHere.Require();
        using OpenCvFrameSource source = OpenCvFrameSource.Open(OpenedSource.Video(clips));
        Assert.Throws<ArgumentException>(() => source.TryRead(new Frame(new FrameFormat(32, 32, PixelLayout.Yuv420)), TestContext.Current.CancellationToken));
        using var cancel = new CancellationTokenSource();
        cancel.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => source.TryRead(new Frame(source.Format), cancel.Token));
    }

    [Fact]
    public void A_disposed_source_is_at_its_end()
    {
        OpenCvHere.Require();
        OpenCvFrameSource source = OpenCvFrameSource.Open(OpenedSource.Video(clips));
        var frame = new Frame(source.Format);
        Assert.True(source.TryRead(frame, TestContext.Current.CancellationToken));
        source.Dispose();
        source.Dispose();
        Assert.False(source.TryRead(frame, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void What_cannot_be_opened_is_one_clear_line()
    {
        OpenCvHere.Require();
        Assert.Contains("nowhere.mp4", Assert.Throws<FileNotFoundException>(() => OpenCvFrameSource.Open("nowhere.mp4")).Message);
        string text = clips.Made("text.mp4", path => File.WriteAllText(path, "no video at all"));
        Assert.Contains("cannot decode", Assert.Throws<IOException>(() => OpenCvFrameSource.Open(text)).Message);
        Assert.Contains("camera:63", Assert.Throws<IOException>(() => OpenCvFrameSource.OpenCamera(63)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => OpenCvFrameSource.OpenCamera(-1));
    }

    [Theory, InlineData("libgtk-3.so.0: cannot open shared object file", "libgtk-3-0"), InlineData("Unable to load shared library 'OpenCvSharpExtern'", "OpenCvSharp4")]
    public void A_missing_library_names_what_to_install(string reason, string package) => Assert.Contains(package, NativeLibraryCheck.Describe(reason));
}
