using System.Globalization;
using GmmVision.Imaging;

namespace GmmVision.Ffmpeg;

/// <summary>How many rows pictures have when they are looked at: all of theirs, at most so many, or as many as finding motion needs.</summary>
/// <remarks>What is scaled is scaled by ffmpeg, by areas, so that the pipe carries less too. Immutable.</remarks>
public readonly record struct WorkingHeight
{
    /// <summary>Rows up to which <see cref="Auto"/> leaves pictures as they are: whoever walks is 20 pixels high in it at a hundred metres, and twice as many rows cost four times as much.</summary>
    public const int AutoRows = 720;

    /// <summary>Fewest rows that may be asked for.</summary>
    public const int LeastRows = 64;

    private readonly int _rows;     // 0: all; -1: auto

    private WorkingHeight(int rows) => _rows = rows;

    /// <summary>The pictures as they are.</summary>
    public static WorkingHeight Full => default;

    /// <summary>As they are up to <see cref="AutoRows"/> rows, else the largest whole fraction that has fewer: 1080 become 540, and so do 2160.</summary>
    public static WorkingHeight Auto => new(-1);

    /// <summary>Higher pictures are scaled down to this height, their shape kept.</summary>
    /// <param name="rows">64 to 32768.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is out of range.</exception>
    public static WorkingHeight AtMost(int rows)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, LeastRows);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, FrameFormat.MaxSide);
        return new WorkingHeight(rows);
    }

    /// <summary>Whether nothing is ever scaled.</summary>
    public bool IsFull => _rows == 0;

    /// <summary>Reads "auto", "full" or a number of rows.</summary>
    /// <returns>False where the text is none of these.</returns>
    public static bool TryParse(string text, out WorkingHeight height)
    {
        height = default;
        if (string.Equals(text, "full", StringComparison.OrdinalIgnoreCase))
            return true;
        if (string.Equals(text, "auto", StringComparison.OrdinalIgnoreCase))
        {
            height = Auto;
            return true;
        }
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int rows) || rows is < LeastRows or > FrameFormat.MaxSide)
            return false;
        height = AtMost(rows);
        return true;
    }

    /// <summary>"auto", "full" or the number of rows.</summary>
    public override string ToString() => _rows switch { 0 => "full", -1 => "auto", int rows => rows.ToString(CultureInfo.InvariantCulture) };

    /// <summary>The size at which pictures of a given size are looked at.</summary>
    /// <param name="width">Of the picture, in pixels.</param>
    /// <param name="height">Of the picture, in pixels.</param>
    public (int Width, int Height) Of(int width, int height)
    {
        int rows = _rows switch
        {
            0 => height,
            -1 when height > AutoRows => (int)Math.Round((double)height / (height / AutoRows + 1), MidpointRounding.AwayFromZero),
            -1 => height,
            _ => Math.Min(height, _rows),
        };
        return rows == height ? (width, height) : (Math.Max(1, (int)Math.Round((double)width * rows / height, MidpointRounding.AwayFromZero)), rows);
    }

    /// <summary>ffmpeg's filter; null where there is nothing to do. It works out the size for each size of picture that comes.</summary>
    internal string? Filter()
    {
        if (IsFull)
            return null;
        string height = _rows == -1
            ? string.Create(CultureInfo.InvariantCulture, $"if(gt(ih,{AutoRows}),round(ih/(trunc(ih/{AutoRows})+1)),ih)")
            : string.Create(CultureInfo.InvariantCulture, $"min(ih,{_rows})");
        return $"{ScaleName}=w='max(1,round(iw*{height}/ih))':h='{height}':flags=area";
    }

    /// <summary>The filter's name, by which ffmpeg's messages about it are known.</summary>
    internal const string ScaleName = "scale@work";
}
