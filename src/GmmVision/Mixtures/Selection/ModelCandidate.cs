namespace GmmVision.Mixtures;

/// <summary>One mixture of a <see cref="ModelSelection"/>.</summary>
/// <param name="Components">k.</param>
/// <param name="Covariance">Shape of the components.</param>
/// <param name="Mixture">The mixture, fitted to all samples.</param>
/// <param name="Bic">Bayesian information criterion.</param>
/// <param name="Aic">Akaike's information criterion.</param>
/// <param name="Icl">Integrated completed likelihood, as <see cref="GaussianMixture.Icl"/> gives it.</param>
/// <param name="HeldOutLogLikelihood">Mean log-likelihood of held-out samples; NaN unless that is the criterion.</param>
/// <param name="Value">The criterion gone by: the lower the better.</param>
public sealed record ModelCandidate(int Components, CovarianceType Covariance, GaussianMixture Mixture, double Bic, double Aic, double Icl, double HeldOutLogLikelihood, double Value);
