namespace GmmVision.Background;

public sealed unsafe partial class BackgroundModel
{
    /// <summary>Another model with all that was learnt and other settings; the two go on independently.</summary>
    /// <param name="options">The same number of modes; the rest as wanted.</param>
    /// <exception cref="ArgumentException">The number of modes differs, or an option is out of range.</exception>
    public BackgroundModel Clone(BackgroundOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Modes != Options.Modes)
            throw new ArgumentException($"A model of {Options.Modes} modes cannot become one of {options.Modes}; learn it anew.", nameof(options));
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
        _state.CopyTo(clone._state);
        return clone;
    }
}
