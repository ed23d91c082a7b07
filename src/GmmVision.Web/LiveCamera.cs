using GmmVision.Recording.Cameras;

namespace GmmVision.Web;

/// <summary>A camera on the page.</summary>
/// <param name="Camera">What can be asked of it and changed.</param>
/// <param name="Pictures">Where its frames are shown.</param>
public sealed record LiveCamera(ICamera Camera, PictureDesk Pictures);
