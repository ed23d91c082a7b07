namespace GmmVision.Segmentation;

/// <summary>Receives how probable each label is, run of rows by run of rows, from the top.</summary>
/// <param name="firstRow">The run's first row.</param>
/// <param name="rows">Its rows.</param>
/// <param name="planes">Rows × width probabilities for each label, plane by plane.</param>
public delegate void PosteriorRows(int firstRow, int rows, ReadOnlySpan<float> planes);
