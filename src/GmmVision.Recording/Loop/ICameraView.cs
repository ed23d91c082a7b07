namespace GmmVision.Recording.Loop;

/// <summary>Somewhere a camera's frames are shown.</summary>
public interface ICameraView
{
    /// <summary>Shows a frame. The camera's thread only, and it must not wait.</summary>
    void Show(in CameraFrame frame);
}
