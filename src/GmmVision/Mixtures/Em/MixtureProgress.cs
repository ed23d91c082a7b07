namespace GmmVision.Mixtures;

/// <summary>How far a fit has come.</summary>
/// <param name="Restart">The start being followed, from 0.</param>
/// <param name="Restarts">All starts.</param>
/// <param name="Iteration">Iterations done from this start.</param>
/// <param name="MaxIterations">Iterations at most.</param>
/// <param name="LogLikelihood">Mean log-likelihood of a sample, in nats, before the last iteration.</param>
public readonly record struct MixtureProgress(int Restart, int Restarts, int Iteration, int MaxIterations, double LogLikelihood);
