namespace GmmVision.Web;

/// <summary>Where cameras are kept between two runs, for a page that adds, changes and removes them.</summary>
public interface ICameraKeeper
{
    /// <summary>The cameras that are kept there and so can be changed; others were given in another way.</summary>
    IReadOnlyList<string> Names { get; }

    /// <summary>Adds a camera, or gives one another source; returns when it is watched.</summary>
    /// <param name="name">1 to 64 letters, digits, - and _.</param>
    /// <param name="source">A URL or a device. "***" in the place of user and password stands for those of before, at the same host.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="FormatException">The name or the source cannot be used, or the camera is none of <see cref="Names"/> but is watched.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    Task SetAsync(string name, string source, CancellationToken cancellation);

    /// <summary>Removes a camera; what it has recorded stays. Returns when it is no longer watched.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="FormatException">There is no such camera, or it is the last one.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    Task RemoveAsync(string name, CancellationToken cancellation);
}
