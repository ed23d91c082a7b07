using GmmVision.Imaging;

namespace GmmVision.Foreground;

/// <summary>Selective update: what is foreground in a frame, and a rim around it, is held back in the next one; but not what only lies in another light.</summary>
internal sealed class HeldForeground : IMaskStage
{
    private readonly BoxMorphology? _rim;
    private readonly IlluminationCompensation? _light;

    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="rim">Side of the box that the foreground grows by, odd; 1 for none.</param>
    /// <param name="light">Knows which blocks look as the background does but for the light; null where nobody does.</param>
    public HeldForeground(int width, int height, int rim, IlluminationCompensation? light)
    {
        Mask = new Mask(width, height);
        _rim = rim > 1 ? new BoxMorphology(width, height, Math.Min(BoxMorphology.MaxSize, rim)) : null;
        _light = light;
    }

    /// <summary>What is held.</summary>
    public Mask Mask { get; }

    /// <summary>Holds a frame's foreground.</summary>
    public void Hold(Mask foreground)
    {
        if (_rim == null)
            Mask.CopyFrom(foreground);
        else
            _rim.Dilate(foreground, Mask);
        _light?.RemoveAgreeing(Mask);
    }

    void IMaskStage.Apply(in StageContext seen, Mask mask) => Hold(mask);

    public void Forget() => Mask.Clear();
}
