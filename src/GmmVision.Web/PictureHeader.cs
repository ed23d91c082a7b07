using System.Text.Json.Serialization;
using GmmVision.Background;
using GmmVision.Imaging;
using GmmVision.Motion;
using GmmVision.Recording.Loop;

namespace GmmVision.Web;

/// <summary>What a viewer is told with a picture; places and sizes in the camera's own pixels.</summary>
internal sealed record PictureHeader
{
    /// <summary>Milliseconds since 1970, UTC.</summary>
    public required long Time { get; init; }

    public required int Width { get; init; }

    public required int Height { get; init; }

    public required double Score { get; init; }

    public required double Threshold { get; init; }

    /// <summary>Number of the event that is on; 0: none.</summary>
    public required long Event { get; init; }

    /// <summary>Of each region x, y, width, height and the number of its track.</summary>
    public required int[][] Boxes { get; init; }

    /// <summary>Scores since the viewer's last picture: time in milliseconds and score by turns.</summary>
    public required IReadOnlyList<double> Scores { get; init; }

    /// <summary>The pixel that the viewer asks for.</summary>
    public PixelDocument? Pixel { get; init; }

    /// <summary>What the smart mask covers, where that is not what the viewer was told last.</summary>
    public MaskedDocument? Masked { get; init; }

    /// <summary>Bytes of the picture and of the side view.</summary>
    public int[] Lengths { get; init; } = [0, 0];
}

/// <summary>The cells of a smart mask.</summary>
/// <param name="Columns">Cells in a row.</param>
/// <param name="Rows">Rows of cells.</param>
/// <param name="Cells">Numbers of those that are masked, row by row from 0.</param>
internal sealed record MaskedDocument(int Columns, int Rows, int[] Cells)
{
    public static MaskedDocument Of(MaskedCells? masked) => masked is null ? new(1, 1, [])
        : new(masked.Columns, masked.Rows, [.. Enumerable.Range(0, masked.Columns * masked.Rows).Where(cell => masked[cell % masked.Columns, cell / masked.Columns])]);
}

/// <summary>A pixel and the mixture that is kept for it.</summary>
internal sealed record PixelDocument
{
    public required int X { get; init; }

    public required int Y { get; init; }

    public required bool Foreground { get; init; }

    /// <summary>Whether it is in a privacy zone: the mixture has seen what nobody may, and is not told.</summary>
    public required bool Hidden { get; init; }

    public required double BackgroundRatio { get; init; }

    /// <summary>Samples by channel.</summary>
    public required int[] Value { get; init; }

    public required ComponentDocument[] Components { get; init; }

    public static PixelDocument Of(in CameraFrame frame, int x, int y)
    {
        FrameFormat format = frame.Picture.Format;
        int[] value = new int[format.PlaneCount];
        for (int plane = 0; plane < value.Length; plane++)
        {
            int shift = plane > 0 && format.Layout == PixelLayout.Yuv420 ? 1 : 0;
            value[plane] = frame.Picture.Row(plane, y >> shift)[x >> shift];
        }
        bool isHidden = frame.Hidden is { } hidden && hidden[x, y];
        List<ComponentDocument> components = [];
        for (int i = 0; i < frame.Background.Options.Components && !isHidden; i++)
        {
            MixtureComponent component = frame.Background.GetComponent(x, y, i);
            if (component.Weight > 0)
                components.Add(new ComponentDocument(Math.Round(component.Weight, 5), Channels(component.Mean), Channels(component.Deviation)));
        }
        return new PixelDocument
        {
            X = x,
            Y = y,
            Foreground = frame.Foreground[x, y],
            Hidden = isHidden,
            BackgroundRatio = frame.Background.Options.BackgroundRatio,
            Value = value,
            Components = [.. components],
        };

        double[] Channels(ChannelValues values) => [.. Enumerable.Range(0, format.PlaneCount).Select(channel => Math.Round(values[channel], 3))];
    }
}

/// <summary>A component of a pixel's mixture; mean and standard deviation by channel.</summary>
internal sealed record ComponentDocument(double Weight, double[] Mean, double[] Deviation);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PictureHeader))]
internal sealed partial class PictureJson : JsonSerializerContext;
