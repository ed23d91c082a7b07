namespace GmmVision.Imaging;

/// <summary>A connected set of pixels.</summary>
/// <param name="Box">The smallest box around it.</param>
/// <param name="Area">Its pixels.</param>
/// <param name="CentroidX">Mean column of its pixels; the middle of the first column is 0.</param>
/// <param name="CentroidY">Mean row of its pixels; the middle of the first row is 0.</param>
public readonly record struct Region(Box Box, int Area, double CentroidX, double CentroidY);
