using GmmVision.Background;
using GmmVision.Imaging;
using Xunit;

namespace GmmVision.Tests.Background;

public class LargeModelTests
{
    [Fact]
    public void A_model_of_more_than_two_gigabytes_learns_to_its_last_pixel()
    {
        FrameFormat format = new(8192, 8192, PixelLayout.Gray8);
        // Memory that is not touched is not there yet: of this only the strongest components are, a quarter of a gigabyte.
        using BackgroundModel model = new(format, new BackgroundOptions { Components = 8 });
        Assert.True(model.BytesPerPixel * format.PixelCount > int.MaxValue);
        Frame frame = new(format);
        frame.Data.Fill(100);
        Mask foreground = new(8192, 8192);
        model.Apply(frame, foreground);
        Assert.True(foreground.IsEmpty);
        frame.Row(0, 8191)[8191] = 250;
        model.Apply(frame, foreground);
        Assert.Equal((1, true), (foreground.Count(), foreground[8191, 8191]));
        Assert.Equal(100, model.GetComponent(8190, 8191, 0).Mean.First, 0.1);
    }
}
