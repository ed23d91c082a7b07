using GmmVision.Imaging;

namespace GmmVision.Background;

public sealed unsafe partial class BackgroundModel
{
    private const double LogTwoPi = 1.8378770664093453;

    /// <summary>One component of a pixel's mixture, 0 the strongest. Empty components have weight 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such pixel or component.</exception>
    public MixtureComponent GetComponent(int x, int y, int component)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)x, (uint)Format.Width, nameof(x));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)y, (uint)Format.Height, nameof(y));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)component, (uint)Options.Components, nameof(component));
        using Lifetime.Lease use = Use();
        return ComponentOf(y * _state.TilesPerRow + x / MixtureState.TilePixels, x % MixtureState.TilePixels, component);
    }

    /// <summary>Weights of one component of every pixel.</summary>
    /// <param name="component">0 the strongest.</param>
    /// <param name="weights">Width × height numbers, row by row, 0 to 1.</param>
    /// <exception cref="ArgumentException">The span has another length, or there is no such component.</exception>
    public void CopyWeightsTo(int component, Span<float> weights) => CopyTo(component, weights, static (component, _) => component.Weight, 0);

    /// <summary>Means of one component of every pixel in one channel.</summary>
    /// <param name="component">0 the strongest.</param>
    /// <param name="channel">0 to channels - 1.</param>
    /// <param name="means">Width × height numbers, row by row, in grey levels.</param>
    /// <exception cref="ArgumentException">The span has another length, or there is no such component or channel.</exception>
    public void CopyMeansTo(int component, int channel, Span<float> means) => CopyTo(component, means, static (component, channel) => component.Mean[channel], channel);

    /// <summary>Variances of one component of every pixel in one channel.</summary>
    /// <param name="component">0 the strongest.</param>
    /// <param name="channel">0 to channels - 1.</param>
    /// <param name="variances">Width × height numbers, row by row, in grey levels squared.</param>
    /// <exception cref="ArgumentException">The span has another length, or there is no such component or channel.</exception>
    public void CopyVariancesTo(int component, int channel, Span<float> variances) => CopyTo(component, variances, static (component, channel) => component.Deviation[channel] * component.Deviation[channel], channel);

    /// <summary>The background as a picture: the mean of every pixel's strongest component.</summary>
    /// <param name="destination">A frame of <see cref="Format"/>.</param>
    /// <exception cref="ArgumentException">The frame is of another format.</exception>
    /// <exception cref="InvalidOperationException">Nothing has been learnt yet.</exception>
    public void CopyBackgroundTo(Frame destination) => CopyStrongestTo(destination, 0);

    /// <summary>How much the background varies, as a picture: eight times the standard deviation of every pixel's strongest component, at most 255.</summary>
    /// <param name="destination">A frame of <see cref="Format"/>.</param>
    /// <exception cref="ArgumentException">The frame is of another format.</exception>
    /// <exception cref="InvalidOperationException">Nothing has been learnt yet.</exception>
    public void CopyDeviationTo(Frame destination) => CopyStrongestTo(destination, MixtureState.TilePixels);

    /// <summary>log p(x | background) of every pixel: the density of its colour under the background components, their weights scaled to 1. Natural logarithm, per grey level (cubed for three channels).</summary>
    /// <param name="frame">A frame of <see cref="Format"/>; the model does not learn from it.</param>
    /// <param name="logLikelihood">Width × height numbers, row by row.</param>
    /// <exception cref="ArgumentException">The frame is of another format, or the span has another length.</exception>
    public void ComputeLogLikelihood(Frame frame, Span<float> logLikelihood)
    {
        RequireFormat(frame);
        RequireLength(logLikelihood.Length);
        using Lifetime.Lease use = Use();
        for (int y = 0, i = 0; y < Format.Height; y++)
            for (int x = 0; x < Format.Width; x++, i++)
                logLikelihood[i] = (float)LogLikelihood(frame, x, y);
    }

    /// <summary>
    /// How probable foreground is in every pixel: πf u / (πf u + (1 - πf) p(x | background)), where foreground may have any colour
    /// alike (u is uniform over the colour cube) and πf is <see cref="BackgroundOptions.ForegroundPrior"/>.
    /// </summary>
    /// <param name="frame">A frame of <see cref="Format"/>; the model does not learn from it.</param>
    /// <param name="probability">Width × height numbers, row by row, 0 to 1.</param>
    /// <exception cref="ArgumentException">The frame is of another format, or the span has another length.</exception>
    public void ComputeForegroundProbability(Frame frame, Span<float> probability)
    {
        ComputeLogLikelihood(frame, probability);
        double prior = Options.ForegroundPrior;
        double logOdds = Math.Log(prior / (1 - prior)) - Format.PlaneCount * Math.Log(256);
        for (int i = 0; i < probability.Length; i++)
            probability[i] = (float)(1 / (1 + Math.Exp(probability[i] - logOdds)));
    }

    private double LogLikelihood(Frame frame, int x, int y)
    {
        if (IsEmpty)
            return double.NegativeInfinity;
        int tile = y * _state.TilesPerRow + x / MixtureState.TilePixels, lane = x % MixtureState.TilePixels;
        double stronger = 0, best = double.NegativeInfinity;
        Span<double> logs = stackalloc double[Options.Components];
        int count = 0;
        for (int k = 0; k < Options.Components && (k == 0 || stronger < Options.BackgroundRatio); k++)
        {
            MixtureComponent component = ComponentOf(tile, lane, k);
            if (component.Weight <= 0)
                break;
            double log = Math.Log(component.Weight);
            for (int channel = 0; channel < Format.PlaneCount; channel++)
            {
                bool half = channel > 0 && Format.Layout == PixelLayout.Yuv420;
                double z = (frame.Row(channel, half ? y / 2 : y)[half ? x / 2 : x] - component.Mean[channel]) / component.Deviation[channel];
                log -= 0.5 * (z * z + LogTwoPi) + Math.Log(component.Deviation[channel]);    // log N(x; µ, σ)
            }
            stronger += component.Weight;
            logs[count++] = log;
            best = Math.Max(best, log);
        }
        double sum = 0;
        for (int k = 0; k < count; k++)
            sum += Math.Exp(logs[k] - best);
        return best + Math.Log(sum) - Math.Log(stronger);
    }

    private MixtureComponent ComponentOf(int tile, int lane, int k)
    {
        if (IsEmpty)
            return default;
        // Weights are as of the tile's stamp; since then the weaker ones have faded.
        (int halvings, short rate) = WeightClock.Decay(_clock.Reading - _state.Stamp(tile));
        double left = (1 - rate / 65536.0) / (1 << halvings), weak = 0;
        short* weights = _state.Weights(tile) + lane;
        for (int j = 1; j < Options.Components; j++)
            weak += weights[(j - 1) * MixtureState.TilePixels] * left;
        double weight = (k == 0 ? Math.Max(0, KernelPass.FullWeight - weak) : weights[(k - 1) * MixtureState.TilePixels] * left) / KernelPass.FullWeight;
        if (weight <= 0)
            return default;
        short* component = _state.Component(tile, k) + lane;
        return new MixtureComponent((float)weight, Values(component, 0), Values(component, MixtureState.TilePixels));
    }

    private ChannelValues Values(short* component, int plane)
    {
        Span<float> values = [0, 0, 0];
        for (int channel = 0; channel < Format.PlaneCount; channel++)
        {
            short raw = component[channel * 2 * MixtureState.TilePixels + plane];
            values[channel] = plane == 0 ? raw / (float)(1 << KernelPass.MeanShift) : KernelPass.RootScale / Math.Max((short)1, raw);
        }
        return new ChannelValues(values[0], values[1], values[2]);
    }

    private void CopyTo(int component, Span<float> values, Func<MixtureComponent, int, float> of, int channel)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)component, (uint)Options.Components, nameof(component));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)channel, (uint)Format.PlaneCount, nameof(channel));
        RequireLength(values.Length);
        using Lifetime.Lease use = Use();
        for (int y = 0, i = 0; y < Format.Height; y++)
            for (int x = 0; x < Format.Width; x++, i++)
                values[i] = of(GetComponent(x, y, component), channel);
    }

    private void CopyStrongestTo(Frame destination, int plane)
    {
        RequireFormat(destination);
        if (IsEmpty)
            throw new InvalidOperationException("The model has learnt nothing yet, so there is no background picture; apply a frame first.");
        using Lifetime.Lease use = Use();
        for (int channel = 0; channel < Format.PlaneCount; channel++)
        {
            int scale = channel > 0 && Format.Layout == PixelLayout.Yuv420 ? 2 : 1;
            for (int y = 0; y < Format.PlaneHeight(channel); y++)
            {
                Span<byte> row = destination.Row(channel, y);
                short* components = _state.Component(y * scale * _state.TilesPerRow, 0) + channel * 2 * MixtureState.TilePixels + plane;
                for (int x = 0; x < row.Length; x++)
                {
                    int at = x * scale, raw = components[(nint)(at / MixtureState.TilePixels) * _state.ComponentLength + at % MixtureState.TilePixels];
                    row[x] = plane == 0
                        ? (byte)Math.Min(255, (raw + (1 << KernelPass.MeanShift >> 1)) >> KernelPass.MeanShift)
                        : (byte)Math.Min(255, 8 * KernelPass.RootScale / Math.Max(1, raw) + 0.5f);
                }
            }
        }
    }

    private void RequireLength(int length)
    {
        if (length != Format.PixelCount)
            throw new ArgumentException($"A map of {Format.Width}x{Format.Height} pixels needs {Format.PixelCount} numbers, not {length}.");
    }
}
