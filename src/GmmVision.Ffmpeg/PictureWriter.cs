using GmmVision.Imaging;

namespace GmmVision.Ffmpeg;

/// <summary>Sends the samples of frames to ffmpeg.</summary>
internal static class PictureWriter
{
    /// <summary>ffmpeg's name of a layout.</summary>
    public static string PixelFormat(PixelLayout layout) => layout switch
    {
        PixelLayout.Gray8 => "gray",
        PixelLayout.Yuv420 => "yuv420p",
        _ => "gbrp",
    };

    /// <summary>ffmpeg's name of the range of a frame's samples. RGB is always full.</summary>
    public static string RangeName(FrameFormat format) => format.Range == ColorRange.Full || format.Layout == PixelLayout.Rgb ? "full" : "limited";

    /// <summary>Writes all samples, planes one behind the other in ffmpeg's order.</summary>
    public static void Write(Stream stream, Frame frame)
    {
        FrameFormat format = frame.Format;
        if (frame.IsContiguous && format.Layout != PixelLayout.Rgb)
        {
            stream.Write(frame.Data);
            return;
        }
        for (int i = 0; i < format.PlaneCount; i++)
        {
            int plane = format.Layout == PixelLayout.Rgb ? (i + 1) % 3 : i;      // ffmpeg's planar RGB is G, B, R
            if (frame.IsContiguous)
            {
                stream.Write(frame.Data.Slice(plane * format.PixelCount, format.PixelCount));
                continue;
            }
            for (int y = 0; y < format.PlaneHeight(plane); y++)
                stream.Write(frame.Row(plane, y));
        }
    }
}
