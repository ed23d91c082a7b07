namespace GmmVision.Mixtures;

/// <summary>In which precision the densities of samples are computed. Statistics are summed in double precision either way.</summary>
public enum SamplePrecision
{
    /// <summary>32-bit lanes: twice the speed and half the memory; right to about 1e-7 of a standard deviation.</summary>
    Single,

    /// <summary>64-bit lanes.</summary>
    Double,
}
