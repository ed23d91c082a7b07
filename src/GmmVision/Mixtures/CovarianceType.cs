namespace GmmVision.Mixtures;

/// <summary>What shape the components of a mixture may take.</summary>
public enum CovarianceType
{
    /// <summary>Each component its own covariance matrix: any ellipsoid.</summary>
    Full,

    /// <summary>One covariance matrix that all components share.</summary>
    Tied,

    /// <summary>Each component its own variance per feature: ellipsoids along the axes.</summary>
    Diagonal,

    /// <summary>Each component one variance: spheres.</summary>
    Spherical,
}
