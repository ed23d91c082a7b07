using OpenCvSharp;

namespace GmmVision.OpenCv;

/// <summary>What every Mat is asked at the door, so that a wrong one is an exception here and not an access violation in native code.</summary>
internal static class MatCheck
{
    /// <exception cref="ArgumentNullException">It is null.</exception>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    /// <exception cref="ArgumentException">It is empty or has more than two dimensions.</exception>
    public static Mat Require(Mat? mat, string name)
    {
        ArgumentNullException.ThrowIfNull(mat, name);
        ObjectDisposedException.ThrowIf(mat.IsDisposed, mat);
        if (mat.Dims > 2)
            throw new ArgumentException($"The Mat has {mat.Dims} dimensions: a picture or a table has two.", name);
        if (mat.Empty())
            throw new ArgumentException("The Mat is empty: a capture that ended or a file that could not be read gives such a one; ask Empty() before.", name);
        return mat;
    }

    /// <exception cref="ArgumentException">It is of another type.</exception>
    public static Mat Require(Mat? mat, string name, MatType type)
    {
        MatType found = Require(mat, name).Type();
        return found == type ? mat! : throw new ArgumentException($"The Mat is {found}: it must be {type}; convert it first.", name);
    }
}
