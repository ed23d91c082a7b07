using GmmVision.Background;

namespace GmmVision.Foreground;

/// <summary>What a block that agrees with the background says of the light: means over it of luma and chroma (distance from grey), in the frame and of the background, in grey levels.</summary>
/// <param name="Image">Luma of the frame.</param>
/// <param name="Background">Luma of the background.</param>
/// <param name="Trust">How far the block agrees, 0 to 1.</param>
/// <param name="U">First chroma of the frame.</param>
/// <param name="V">Second chroma of the frame.</param>
/// <param name="BackgroundU">First chroma of the background.</param>
/// <param name="BackgroundV">Second chroma of the background.</param>
internal readonly record struct LightVote(float Image, float Background, float Trust, float U, float V, float BackgroundU, float BackgroundV);

/// <summary>What the light does to chroma beside its gain: it adds to it, and where it is of another colour, by how much goes with luma.</summary>
internal sealed class LightColor
{
    private const float Near = 3;           // grey levels: a block farther off hardly counts
    private const float Far = 12;           // the same at first: another colour puts all blocks farther off than that
    private const float Slightly = 0.02f;   // of the blocks: without a reason chroma follows the place, as a lamp's light does
    private const float Clearly = 0.1f;     // of the blocks, which must be explained beyond those that a white light explains

    private double _addedU, _addedV;        // as if the light were white

    public ChannelLight U { get; private set; } = ChannelLight.None;

    public ChannelLight V { get; private set; } = ChannelLight.None;

    /// <summary>Whether it differs enough from the background's to be undone.</summary>
    public bool Shows => Math.Abs(_addedU) > 0.3 || Math.Abs(_addedV) > 0.3 || !U.IsWhite || !V.IsWhite;

    /// <summary>Whether chroma grows with the gain of the whole picture, whatever the gain of a place; else with the place's own. Undone as it was fitted.</summary>
    public bool FollowsPicture { get; private set; }

    public void Reset() => (_addedU, _addedV, U, V, FollowsPicture) = (0, 0, ChannelLight.None, ChannelLight.None, false);

    /// <summary>Fits what the light adds; and a coloured light where that explains clearly more of the blocks.</summary>
    /// <param name="votes">The blocks'.</param>
    /// <param name="gain">Of the whole picture's luma.</param>
    /// <param name="offset">The same.</param>
    public void Fit(ReadOnlySpan<LightVote> votes, float gain, float offset)
    {
        FitWhite(votes, gain);
        (ChannelLight whiteU, ChannelLight whiteV) = (new(1, 0, (float)_addedU), new(1, 0, (float)_addedV));
        (ChannelLight startU, ChannelLight startV) = U.IsWhite && V.IsWhite ? (whiteU, whiteV) : (U, V);
        (U, V) = (whiteU, whiteV);
        // A lamp to one side has no colour because of that: by the picture's gain or by the blocks' own.
        var light = new Brightening(gain, offset);
        float asPicture = Explained(votes, whiteU, whiteV, light), asThemselves = Explained(votes, whiteU, whiteV, light with { IsLocal = true });
        FollowsPicture = asPicture > asThemselves + Slightly;
        float best = Math.Max(asPicture, asThemselves) + Clearly;
        if (best > 1)
            return;
        foreach (Brightening way in (ReadOnlySpan<Brightening>)[light, light with { IsLocal = true }])
        {
            (ChannelLight u, ChannelLight v) = FitColor(votes, startU, startV, way);
            if (Explained(votes, u, v, way) is float explained && explained > best)
                (U, V, best, FollowsPicture) = (u, v, explained, !way.IsLocal);
        }
    }

    private void FitWhite(ReadOnlySpan<LightVote> votes, float gain)
    {
        for (int step = 0; step < 3; step++)
        {
            float su = 0, sv = 0, sw = 0;
            foreach (ref readonly LightVote vote in votes)
            {
                float u = vote.U - gain * vote.BackgroundU, v = vote.V - gain * vote.BackgroundV, du = u - (float)_addedU, dv = v - (float)_addedV;
                float w = vote.Trust / (1 + (du * du + dv * dv) * (1 / (Near * Near)));
                su += w * u;
                sv += w * v;
                sw += w;
            }
            if (sw > 0)
                (_addedU, _addedV) = (su / sw, sv / sw);
        }
    }

    /// <summary>Weighted least squares of chroma over the background's and luma (iteratively reweighted).</summary>
    private static (ChannelLight U, ChannelLight V) FitColor(ReadOnlySpan<LightVote> votes, ChannelLight u, ChannelLight v, in Brightening way)
    {
        for (int step = 0; step < 6; step++)
        {
            Plane fitU = default, fitV = default;
            float scale = step < 3 ? Far : Near;
            foreach (ref readonly LightVote vote in votes)
            {
                float gain = way.Of(vote), luma = vote.Image - 128;
                float du = vote.U - Predict(u, gain * vote.BackgroundU, luma), dv = vote.V - Predict(v, gain * vote.BackgroundV, luma);
                float weight = vote.Trust / (1 + (du * du + dv * dv) / (scale * scale));
                fitU.Add(gain * vote.BackgroundU, luma, vote.U, weight);
                fitV.Add(gain * vote.BackgroundV, luma, vote.V, weight);
            }
            if (fitU.Weight < 1e-3f)
                break;
            (u, v) = (fitU.Solve(), fitV.Solve());
        }
        return (u, v);
    }

    /// <summary>Which part of the blocks' chroma a light explains, 0 to 1: each block's within some grey levels.</summary>
    private static float Explained(ReadOnlySpan<LightVote> votes, in ChannelLight u, in ChannelLight v, in Brightening way)
    {
        float explained = 0, all = 0;
        foreach (ref readonly LightVote vote in votes)
        {
            float gain = way.Of(vote), luma = vote.Image - 128;
            float du = vote.U - Predict(u, gain * vote.BackgroundU, luma), dv = vote.V - Predict(v, gain * vote.BackgroundV, luma);
            explained += vote.Trust / (1 + (du * du + dv * dv) / (Near * Near));
            all += vote.Trust;
        }
        return all > 0 ? explained / all : 1;
    }

    private static float Predict(in ChannelLight light, float chroma, float luma) => light.Gain * chroma + light.Slope * luma + light.Offset;

    /// <summary>How much brighter a block is, which its chroma follows: as the whole picture, or as itself.</summary>
    private readonly record struct Brightening(float Gain, float Offset, bool IsLocal = false)
    {
        public float Of(in LightVote vote) =>
            IsLocal ? Math.Clamp((vote.Image - Offset) / Math.Max(4, vote.Background), Gain / MathF.E, Gain * MathF.E) : Gain;
    }

    /// <summary>Sums for chroma = gain · background + slope · luma + offset.</summary>
    private struct Plane
    {
        private float _u, _y, _t, _uu, _uy, _yy, _ut, _yt;

        public float Weight { get; private set; }

        public void Add(float background, float luma, float chroma, float weight)
        {
            Weight += weight;
            _u += weight * background;
            _y += weight * luma;
            _t += weight * chroma;
            _uu += weight * background * background;
            _uy += weight * background * luma;
            _yy += weight * luma * luma;
            _ut += weight * background * chroma;
            _yt += weight * luma * chroma;
        }

        public readonly ChannelLight Solve()
        {
            // Where all blocks are alike in chroma (2 grey levels) or in luma (10), the light is taken to be white.
            const float alikeChroma = 4, alikeLuma = 100;
            float u = _u / Weight, y = _y / Weight, t = _t / Weight;
            float uu = _uu / Weight - u * u + alikeChroma, yy = _yy / Weight - y * y + alikeLuma, uy = _uy / Weight - u * y;
            float ut = _ut / Weight - u * t + alikeChroma, yt = _yt / Weight - y * t, determinant = uu * yy - uy * uy;
            float gain = Math.Clamp((ut * yy - yt * uy) / determinant, 0.5f, 2), slope = Math.Clamp((yt - gain * uy) / yy, -0.5f, 0.5f);
            return new ChannelLight(gain, slope, t - gain * u - slope * y);
        }
    }
}
