using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;

namespace GmmVision.Cli.Bench;

/// <summary>What <see cref="PeerBench"/> measured with one number of threads.</summary>
internal sealed record PeerBenchResult
{
    private const string Baseline = "OpenCV MOG2", SecondBaseline = "OpenCV KNN";

    public required string OpenCv { get; init; }

    public required int Width { get; init; }

    public required int Height { get; init; }

    public required int Channels { get; init; }

    public required int Frames { get; init; }

    public required int Threads { get; init; }

    public required int Rounds { get; init; }

    public required IReadOnlyList<Contestant> Contestants { get; init; }

    /// <summary>How many times as fast as another a contestant is: the median of the ratios within the rounds.</summary>
    public double Ratio(Contestant contestant, string baseline)
    {
        Contestant other = Contestants.Single(one => one.Name == baseline);
        return Median([.. other.Milliseconds.Zip(contestant.Milliseconds, (theirs, mine) => theirs / mine)]);
    }

    public string ToJson() => JsonLine.Of(new PeerBenchDocument(OpenCv, Width, Height, Channels, Frames, Threads, Rounds,
    [
        .. Contestants.Select(contestant => new ContestantDocument(contestant.Name, Math.Round(contestant.MedianMilliseconds, 3), Math.Round(1e3 / contestant.MedianMilliseconds, 1),
            Math.Round(Ratio(contestant, Baseline), 2), Math.Round(Ratio(contestant, SecondBaseline), 2), Math.Round(contestant.Foreground, 5))),
    ]), CliJson.Default.PeerBenchDocument);

    public override string ToString()
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{Width}x{Height} {(Channels == 1 ? "grey" : "BGR")}, {Frames} pictures, {Threads} {(Threads == 1 ? "thread" : "threads")}, OpenCV {OpenCv}, median of {Rounds} rounds\n");
        text.Append(CultureInfo.InvariantCulture, $"{"",-20} {"ms/frame",9} {"frames/s",9} {"x MOG2",7} {"x KNN",7} {"foreground",11}\n");
        foreach (Contestant contestant in Contestants)
            text.Append(CultureInfo.InvariantCulture, $"{contestant.Name,-20} {contestant.MedianMilliseconds,9:0.000} {1e3 / contestant.MedianMilliseconds,9:0.0} {Ratio(contestant, Baseline),7:0.00} {Ratio(contestant, SecondBaseline),7:0.00} {contestant.Foreground,11:0.00000}\n");
        return text.ToString().TrimEnd();
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return values[values.Length / 2];
    }

    /// <summary>One subtractor.</summary>
    /// <param name="Name">Whose and which.</param>
    /// <param name="Milliseconds">Of each round, the median time of a frame.</param>
    /// <param name="Foreground">Part of the last mask that is foreground, shadows apart.</param>
    internal sealed record Contestant(string Name, IReadOnlyList<double> Milliseconds, double Foreground)
    {
        public double MedianMilliseconds => Median([.. Milliseconds]);
    }
}

/// <summary>The line of --json.</summary>
internal sealed record PeerBenchDocument([property: JsonPropertyName("opencv")] string OpenCv, int Width, int Height, int Channels, int Frames, int Threads, int Rounds, IReadOnlyList<ContestantDocument> Methods);

/// <summary>One subtractor: time of a frame, and how many times as fast it is as MOG2 and KNN.</summary>
internal sealed record ContestantDocument(string Method, double MedianMs, double Fps, [property: JsonPropertyName("times_mog2")] double TimesMog2, double TimesKnn, double Foreground);
