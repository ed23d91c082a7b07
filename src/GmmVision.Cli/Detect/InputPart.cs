using System.Globalization;
using GmmVision.Imaging;

namespace GmmVision.Cli.Detect;

/// <summary>A stretch of an input in which all pictures have one size; most inputs have one.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Format">Of its pictures, in the video's own size.</param>
/// <param name="Working">What the pipeline sees of them.</param>
/// <param name="EventsBefore">Events that the parts before it have.</param>
/// <param name="EventsTold">Events of the input that have had their line of --json, from an attempt that was given up.</param>
/// <param name="Hash">Over the masks of all parts.</param>
internal sealed record InputPart(int Number, FrameFormat Format, FrameFormat Working, int EventsBefore, int EventsTold, MaskHash Hash)
{
    /// <summary>A file's name: the first part's as it is, "mask-2.mkv" in the second.</summary>
    public string FileName(string name) => Number == 1
        ? name
        : string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileNameWithoutExtension(name)}-{Number}{Path.GetExtension(name)}");
}
