using GmmVision.Background;
using GmmVision.Imaging;

namespace GmmVision.Foreground;

/// <summary>A step from the mixture's raw decision to the mask that is given. <see cref="ForegroundDetector"/> lists them in their order.</summary>
internal interface IMaskStage
{
    /// <summary>Whether it looks at nothing but the mask. Where all stages are such, frames may be learnt many at once.</summary>
    bool NeedsMaskOnly => false;

    /// <summary>Works on the mask of a frame, in place.</summary>
    void Apply(in StageContext seen, Mask mask);

    /// <summary>Forgets what it knows of the background: it is another one.</summary>
    void Forget()
    {
    }
}

/// <summary>What the stages may know of the frame whose mask they work on.</summary>
/// <param name="Background">The model, which has seen the frame.</param>
/// <param name="Plain">The frame as the camera gave it, moved to where the background is.</param>
/// <param name="Lit">The same in the light of the background; the very same object where the light is that.</param>
/// <param name="IsOtherLight">Whether the light clearly differs from the background's.</param>
/// <param name="Learns">Whether the background may be changed: not at a learning rate of 0.</param>
internal readonly record struct StageContext(BackgroundModel Background, Frame Plain, Frame Lit, bool IsOtherLight, bool Learns);
