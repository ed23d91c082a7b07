using System.Numerics;

namespace GmmVision.Simd;

/// <summary>
/// Floating-point numbers side by side, one per lane, on which arithmetic happens at once. A lane gives the same bits at every
/// width, with or without hardware for it: products are fused into sums only where <see cref="MultiplyAdd"/> says so.
/// </summary>
/// <typeparam name="TSelf">The lanes themselves.</typeparam>
/// <typeparam name="TScalar">What is in a lane: float or double.</typeparam>
internal unsafe interface IRealLanes<TSelf, TScalar> :
    IAdditionOperators<TSelf, TSelf, TSelf>,
    ISubtractionOperators<TSelf, TSelf, TSelf>,
    IMultiplyOperators<TSelf, TSelf, TSelf>,
    IDivisionOperators<TSelf, TSelf, TSelf>
    where TSelf : struct, IRealLanes<TSelf, TScalar>
    where TScalar : unmanaged
{
    static abstract int Count { get; }

    static abstract TSelf All(TScalar value);

    static abstract TSelf Load(TScalar* from);

    static abstract void Store(TSelf lanes, TScalar* to);

    static abstract TSelf Max(TSelf left, TSelf right);

    static abstract TSelf Min(TSelf left, TSelf right);

    /// <summary>left * right + added, rounded once.</summary>
    static abstract TSelf MultiplyAdd(TSelf left, TSelf right, TSelf added);

    /// <summary>added - left * right, rounded once.</summary>
    static abstract TSelf SubtractProduct(TSelf left, TSelf right, TSelf added);

    /// <summary>Whether any lane of <paramref name="left"/> is above that of <paramref name="right"/>.</summary>
    static abstract bool AnyAbove(TSelf left, TSelf right);

    /// <summary><paramref name="above"/> in the lanes where <paramref name="left"/> is above <paramref name="right"/>, <paramref name="otherwise"/> in the others.</summary>
    static abstract TSelf SelectAbove(TSelf left, TSelf right, TSelf above, TSelf otherwise);

    static abstract TSelf Sqrt(TSelf lanes);

    /// <summary>2 to the power of each lane, to 2 units in the last place; from the least normal power to 0.</summary>
    static abstract TSelf Exp2(TSelf lanes);

    /// <summary>Base-2 logarithm of each lane; normal numbers above 0.</summary>
    static abstract TSelf Log2(TSelf lanes);

    /// <summary>Adds each lane, widened, to one of <see cref="Count"/> sums.</summary>
    static abstract void AddTo(TSelf lanes, double* sums);
}
