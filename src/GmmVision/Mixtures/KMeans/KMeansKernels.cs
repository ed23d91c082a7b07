using System.Numerics;
using System.Runtime.CompilerServices;
using GmmVision.Simd;

namespace GmmVision.Mixtures;

/// <summary>The inner loops of k-means. Distances are in units of the planes, each feature times its <c>units</c>.</summary>
internal static unsafe class KMeansKernels
{
    private const MethodImplOptions Root = MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization;

    /// <summary>
    /// Gives each sample its nearest centre, where that may have changed: the gap between its second nearest and its nearest is a
    /// bound that shrinks by what the centres move, and as long as it is above 0 nothing is computed (after Hamerly 2010).
    /// </summary>
    /// <param name="x">First plane, at the first sample.</param>
    /// <param name="stride">Distance between the planes.</param>
    /// <param name="features">d.</param>
    /// <param name="count">Samples, a whole number of the widest lanes.</param>
    /// <param name="centers">k x d.</param>
    /// <param name="clusters">k.</param>
    /// <param name="units">d numbers.</param>
    /// <param name="moved">Twice what any centre moved.</param>
    /// <param name="slack">How much of a distance rounding may take.</param>
    /// <param name="gaps">Bound of each sample; minus infinity at first.</param>
    /// <param name="labels">Cluster of each sample, -1 for none yet.</param>
    /// <param name="weights">Weight of each sample.</param>
    /// <param name="sums">k x (d + 1): sums of weighted samples and of weights, kept up to date.</param>
    /// <param name="inertia">Sum per virtual lane, to which weighted squared distances are added; when null they are not.</param>
    [MethodImpl(Root)]
    public static void Assign<T, TScalar>(TScalar* x, long stride, int features, int count, TScalar* centers, int clusters, TScalar* units, TScalar moved, TScalar slack, TScalar* gaps, TScalar* labels, TScalar* weights, double* sums, double* inertia)
        where T : struct, IRealLanes<T, TScalar>
        where TScalar : unmanaged, IBinaryFloatingPointIeee754<TScalar>
    {
        int virtualLanes = 64 / sizeof(TScalar);
        TScalar* oldLabels = stackalloc TScalar[16];
        T zero = T.All(default), shrink = T.All(moved), lower = T.All(TScalar.One - slack), upper = T.All(TScalar.One + slack);
        for (int p = 0; p < count; p += T.Count)
        {
            T gap = T.Load(gaps + p) - shrink;
            T.Store(gap, gaps + p);
            if (inertia == null && !T.AnyAbove(zero, gap)) continue;
            T best = T.All(TScalar.PositiveInfinity), second = best, label = zero;
            for (int c = 0; c < clusters; c++)
            {
                T distance = zero;
                for (int f = 0; f < features; f++)
                {
                    T difference = (T.Load(x + f * stride + p) - T.All(centers[c * features + f])) * T.All(units[f]);
                    distance = T.MultiplyAdd(difference, difference, distance);
                }

                second = T.Min(second, T.Max(best, distance));
                label = T.SelectAbove(best, distance, T.All(TScalar.CreateTruncating(c)), label);
                best = T.Min(best, distance);
            }

            T.Store(T.Sqrt(second) * lower - T.Sqrt(best) * upper, gaps + p);
            if (inertia != null) T.AddTo(T.Load(weights + p) * best, inertia + p % virtualLanes);
            T old = T.Load(labels + p);
            if (!T.AnyAbove(label, old) && !T.AnyAbove(old, label)) continue;
            T.Store(old, oldLabels);
            T.Store(label, labels + p);
            for (int lane = 0; lane < T.Count; lane++)
            {
                int from = int.CreateTruncating(oldLabels[lane]), to = int.CreateTruncating(labels[p + lane]);
                if (from == to) continue;
                double weight = double.CreateTruncating(weights[p + lane]);
                double* add = sums + to * (features + 1), subtract = sums + from * (features + 1);
                for (int f = 0; f < features; f++)
                {
                    double value = weight * double.CreateTruncating(x[f * stride + p + lane]);
                    add[f] += value;
                    if (from >= 0) subtract[f] -= value;
                }

                add[features] += weight;
                if (from >= 0) subtract[features] -= weight;
            }
        }
    }

    /// <summary>Weighted squared distance of each sample from a seed, or from the nearest seed so far where that is less.</summary>
    /// <param name="x">First plane, at the first sample.</param>
    /// <param name="stride">Distance between the planes.</param>
    /// <param name="features">d.</param>
    /// <param name="count">Samples.</param>
    /// <param name="seed">d numbers.</param>
    /// <param name="units">d numbers.</param>
    /// <param name="weights">Weight of each sample.</param>
    /// <param name="nearest">Distances so far; null when there are none.</param>
    /// <param name="distances">Gets the distances.</param>
    /// <param name="total">Sum per virtual lane, to which the distances are added.</param>
    [MethodImpl(Root)]
    public static void Distances<T, TScalar>(TScalar* x, long stride, int features, int count, TScalar* seed, TScalar* units, TScalar* weights, TScalar* nearest, TScalar* distances, double* total)
        where T : struct, IRealLanes<T, TScalar>
        where TScalar : unmanaged
    {
        int virtualLanes = 64 / sizeof(TScalar);
        for (int p = 0; p < count; p += T.Count)
        {
            T distance = T.All(default);
            for (int f = 0; f < features; f++)
            {
                T difference = (T.Load(x + f * stride + p) - T.All(seed[f])) * T.All(units[f]);
                distance = T.MultiplyAdd(difference, difference, distance);
            }

            distance *= T.Load(weights + p);
            if (nearest != null) distance = T.Min(distance, T.Load(nearest + p));
            T.Store(distance, distances + p);
            T.AddTo(distance, total + p % virtualLanes);
        }
    }
}
