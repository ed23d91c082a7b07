namespace GmmVision.Evaluation;

/// <summary>
/// How well a segmentation agrees with those that several people made of the same picture.
/// </summary>
/// <param name="Covering">
/// How well the people's regions are covered, 0 to 1, higher is better: the mean over all pixels and people of the
/// largest intersection over union that any segment has with the person's region at that pixel.
/// </param>
/// <param name="RandIndex">
/// Probabilistic Rand index, 0 to 1, higher is better: of all pairs of pixels the share on which segmentation and person
/// agree (together in both, or apart in both), as a mean over people.
/// </param>
/// <param name="VariationOfInformation">Distance in bits, 0 or more, lower is better, as a mean over people: H(S | T) + H(T | S).</param>
/// <param name="People">With how many people's segmentations it was compared.</param>
/// <remarks>
/// Segments are sets of pixels with the same label, connected or not. Source: Arbelaez, Maire, Fowlkes and Malik 2011,
/// "Contour detection and hierarchical image segmentation", section 3.1 (equations 5 and 6), and Unnikrishnan, Pantofaru and
/// Hebert 2007, "Toward objective evaluation of image segmentation algorithms".
/// </remarks>
public sealed record SegmentationScore(double Covering, double RandIndex, double VariationOfInformation, int People)
{
    /// <summary>Compares a segmentation with those of people.</summary>
    /// <param name="labels">A label for every pixel, of any values.</param>
    /// <param name="people">For every person a label for every pixel, of any values; at least one person.</param>
    /// <exception cref="ArgumentException">There are no people, no pixels, or a map has another number of pixels.</exception>
    public static SegmentationScore Of(ReadOnlySpan<byte> labels, IReadOnlyList<ushort[]> people)
    {
        ArgumentNullException.ThrowIfNull(people);
        if (people.Count == 0 || labels.IsEmpty)
            throw new ArgumentException("A segmentation of at least one pixel is compared with that of at least one person.");
        double covering = 0, rand = 0, information = 0;
        foreach (ushort[] person in people)
        {
            if (person.Length != labels.Length)
                throw new ArgumentException($"A person's segmentation has {person.Length} pixels, the one to be scored {labels.Length}.");
            (double c, double r, double i) = Compare(labels, person);
            covering += c;
            rand += r;
            information += i;
        }
        int n = people.Count;
        return new SegmentationScore(covering / n, rand / n, information / n, n);
    }

    /// <summary>The mean of the scores of several pictures, each picture counting the same.</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    public static SegmentationScore Mean(IReadOnlyCollection<SegmentationScore> pictures)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        if (pictures.Count == 0)
            throw new ArgumentException("There is no mean of no scores.");
        return new SegmentationScore(pictures.Average(p => p.Covering), pictures.Average(p => p.RandIndex),
            pictures.Average(p => p.VariationOfInformation), pictures.Sum(p => p.People));
    }

    private static (double Covering, double Rand, double Information) Compare(ReadOnlySpan<byte> labels, ReadOnlySpan<ushort> person)
    {
        int regions = 0;
        foreach (ushort region in person)
            regions = Math.Max(regions, region + 1);
        long[] shared = new long[256 * regions], ofSegment = new long[256], ofRegion = new long[regions];
        for (int i = 0; i < labels.Length; i++)
            shared[labels[i] * regions + person[i]]++;
        for (int s = 0; s < 256; s++)
        {
            for (int r = 0; r < regions; r++)
            {
                ofSegment[s] += shared[s * regions + r];
                ofRegion[r] += shared[s * regions + r];
            }
        }
        double n = labels.Length, covered = 0, information = 0;
        double together = 0, togetherSegment = 0, togetherRegion = 0;      // pairs, as sums of squares: exact to rounding
        for (int r = 0; r < regions; r++)
        {
            double best = 0;
            for (int s = 0; s < 256; s++)
            {
                double both = shared[s * regions + r];
                if (both == 0)
                    continue;
                best = Math.Max(best, both / (ofSegment[s] + ofRegion[r] - both));
                together += both * (both - 1);
                // H(S|T) + H(T|S) = -Σ p(s,t) [log p(s,t)/p(t) + log p(s,t)/p(s)]
                information -= both / n * (Math.Log2(both / ofSegment[s]) + Math.Log2(both / ofRegion[r]));
            }
            covered += ofRegion[r] * best;
            togetherRegion += (double)ofRegion[r] * (ofRegion[r] - 1);
        }
        foreach (long count in ofSegment)
            togetherSegment += (double)count * (count - 1);
        double pairs = n * (n - 1);
        // agree = together in both + apart in both = pairs - together in one alone
        double rand = pairs == 0 ? 1 : (pairs - togetherSegment - togetherRegion + 2 * together) / pairs;
        return (covered / n, rand, information);
    }
}
