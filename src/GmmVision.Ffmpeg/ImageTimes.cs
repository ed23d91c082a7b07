namespace GmmVision.Ffmpeg;

/// <summary>Where the times of a folder's images come from.</summary>
public enum ImageTimes
{
    /// <summary>From the frame rate, one image after the other.</summary>
    Rate,

    /// <summary>From the moment of exposure in the images' EXIF data.</summary>
    Exif,

    /// <summary>From a date and time in the images' names, such as 20261126-083000 or 2026-11-26_08.30.00, or seconds since 1970.</summary>
    Name,
}
