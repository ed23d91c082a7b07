namespace GmmVision.Background;

public sealed unsafe partial class BackgroundModel
{
    /// <summary>Another model with all that was learnt and other settings; the two go on independently.</summary>
    /// <param name="options">The same number of components; the rest as wanted.</param>
    /// <exception cref="ArgumentException">The number of components differs, or an option is out of range.</exception>
    public BackgroundModel Clone(BackgroundOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Components != Options.Components)
            throw new ArgumentException($"A model of {Options.Components} components cannot become one of {options.Components}; learn it anew.", nameof(options));
        using Lifetime.Lease use = Use();
        var clone = new BackgroundModel(Format, options, _laneBits)
        {
            FrameCount = FrameCount,
            IsEmpty = IsEmpty,
            _clock = _clock,
            _lastTime = _lastTime,
            _heldMask = _heldMask,
            _region = _region,
        };
        clone.SetBrightness(_brightness);
        _state.CopyTo(clone._state);
        return clone;
    }
}
