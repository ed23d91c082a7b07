using OpenCvSharp;

namespace GmmVision.OpenCv;

/// <summary>Whether OpenCV's native half is there; the rest of this library is managed and loads without.</summary>
public static class NativeLibraryCheck
{
    private static readonly Lazy<string?> Reason = new(Try);

    /// <summary>Why OpenCV cannot be used here, in one line that says what to install; null where it can.</summary>
    public static string? Problem => Reason.Value;

    /// <summary>Throws where OpenCV cannot be used here.</summary>
    /// <exception cref="DllNotFoundException">It cannot; the message names the package to install.</exception>
    public static void Require()
    {
        if (Problem is string problem)
            throw new DllNotFoundException(problem);
    }

    private static string? Try()
    {
        try
        {
            _ = Cv2.GetVersionString();
            return null;
        }
        catch (Exception e)
        {
            for (Exception? inner = e; inner != null; inner = inner.InnerException)
                if (inner is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException)
                    return Describe(inner.Message);
            throw;
        }
    }

    internal static string Describe(string reason) =>
        reason.Contains("libgtk", StringComparison.Ordinal) ? "OpenCV's native library needs GTK 3: install it (Debian, Ubuntu: apt-get install libgtk-3-0; Fedora: dnf install gtk3)."
        : OperatingSystem.IsWindows() ? "OpenCV's native library is missing: reference the package OpenCvSharp4.runtime.win."
        : OperatingSystem.IsLinux() ? "OpenCV's native library cannot be loaded: reference the package OpenCvSharp4.official.runtime.linux-x64, and install libgtk-3-0 (Debian, Ubuntu) or gtk3 (Fedora)."
        : "OpenCV's native library cannot be loaded: reference the runtime package of OpenCvSharp4 for this system.";
}
