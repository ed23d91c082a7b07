using System.Runtime.CompilerServices;
using GmmVision.Simd;

namespace GmmVision.Mixtures;

/// <summary>
/// The inner loops of EM over a block of samples. Features come in threes: with up to three there is one group and everything
/// stays in registers; with more, groups are combined like the blocks of a matrix.
/// </summary>
/// <remarks>
/// <para>Every loop has a fixed order of additions per virtual lane (64 bytes of scalars), so that every width gives the same bits.</para>
/// <para>Roots are never inlined: inside a caller the JIT runs out of inlining budget and leaves lane operators as calls. They are
/// compiled at full optimisation at once, for a whole fit of an image takes less time than tiering up.</para>
/// </remarks>
internal static unsafe class EmKernels
{
    private const MethodImplOptions Root = MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization;

    /// <summary>
    /// Adds to the logs of a component what a group of three features tells, and keeps the white coordinates y = W (x - μ) + c.
    /// </summary>
    /// <param name="x">The three planes.</param>
    /// <param name="count">Samples, a whole number of virtual lanes.</param>
    /// <param name="group">μ₀..₂, c₀..₂, then W by rows: 00, 10, 11, 20, 21, 22.</param>
    /// <param name="y">Three planes of <paramref name="stride"/>; with <paramref name="before"/> they hold what earlier groups gave.</param>
    /// <param name="stride">Distance between the planes of y.</param>
    /// <param name="logs">Base-2 log densities: without <paramref name="before"/> they begin at <paramref name="log"/>.</param>
    /// <param name="log">Log density at the mean.</param>
    /// <param name="before">Whether this is not the first group.</param>
    [MethodImpl(Root)]
    public static void WhitenTriangle<T, TScalar>(Planes3<TScalar> x, int count, TScalar* group, TScalar* y, int stride, TScalar* logs, TScalar log, bool before)
        where T : struct, IRealLanes<T, TScalar>
        where TScalar : unmanaged
    {
        T mean0 = T.All(group[0]), mean1 = T.All(group[1]), mean2 = T.All(group[2]);
        T c0 = T.All(group[3]), c1 = T.All(group[4]), c2 = T.All(group[5]);
        T w00 = T.All(group[6]), w10 = T.All(group[7]), w11 = T.All(group[8]), w20 = T.All(group[9]), w21 = T.All(group[10]), w22 = T.All(group[11]);
        TScalar* y0 = y, y1 = y + stride, y2 = y1 + stride;
        T start = T.All(log);
        for (int p = 0; p < count; p += T.Count)
        {
            T d0 = T.Load(x.P0 + p) - mean0, d1 = T.Load(x.P1 + p) - mean1, d2 = T.Load(x.P2 + p) - mean2;
            T white0 = before ? T.Load(y0 + p) + c0 : c0, white1 = before ? T.Load(y1 + p) + c1 : c1, white2 = before ? T.Load(y2 + p) + c2 : c2;
            white0 = T.MultiplyAdd(w00, d0, white0);
            white1 = T.MultiplyAdd(w11, d1, T.MultiplyAdd(w10, d0, white1));
            white2 = T.MultiplyAdd(w22, d2, T.MultiplyAdd(w21, d1, T.MultiplyAdd(w20, d0, white2)));
            T.Store(white0, y0 + p);
            T.Store(white1, y1 + p);
            T.Store(white2, y2 + p);
            T sum = T.SubtractProduct(white0, white0, before ? T.Load(logs + p) : start);
            T.Store(T.SubtractProduct(white2, white2, T.SubtractProduct(white1, white1, sum)), logs + p);
        }
    }

    /// <summary>Adds to the white coordinates of one group what an earlier group of features contributes.</summary>
    /// <param name="x">The three planes of the earlier group.</param>
    /// <param name="count">Samples.</param>
    /// <param name="group">μ₀..₂ of the earlier group.</param>
    /// <param name="w">W by rows, 3 x 3.</param>
    /// <param name="y">Three planes of <paramref name="stride"/>.</param>
    /// <param name="stride">Distance between the planes of y.</param>
    /// <param name="before">Whether y holds something already.</param>
    [MethodImpl(Root)]
    public static void WhitenSquare<T, TScalar>(Planes3<TScalar> x, int count, TScalar* group, TScalar* w, TScalar* y, int stride, bool before)
        where T : struct, IRealLanes<T, TScalar>
        where TScalar : unmanaged
    {
        T mean0 = T.All(group[0]), mean1 = T.All(group[1]), mean2 = T.All(group[2]), zero = T.All(default);
        T w00 = T.All(w[0]), w01 = T.All(w[1]), w02 = T.All(w[2]), w10 = T.All(w[3]), w11 = T.All(w[4]), w12 = T.All(w[5]), w20 = T.All(w[6]), w21 = T.All(w[7]), w22 = T.All(w[8]);
        TScalar* y0 = y, y1 = y + stride, y2 = y1 + stride;
        for (int p = 0; p < count; p += T.Count)
        {
            T d0 = T.Load(x.P0 + p) - mean0, d1 = T.Load(x.P1 + p) - mean1, d2 = T.Load(x.P2 + p) - mean2;
            T white0 = before ? T.Load(y0 + p) : zero, white1 = before ? T.Load(y1 + p) : zero, white2 = before ? T.Load(y2 + p) : zero;
            T.Store(T.MultiplyAdd(w02, d2, T.MultiplyAdd(w01, d1, T.MultiplyAdd(w00, d0, white0))), y0 + p);
            T.Store(T.MultiplyAdd(w12, d2, T.MultiplyAdd(w11, d1, T.MultiplyAdd(w10, d0, white1))), y1 + p);
            T.Store(T.MultiplyAdd(w22, d2, T.MultiplyAdd(w21, d1, T.MultiplyAdd(w20, d0, white2))), y2 + p);
        }
    }

    /// <summary>The same as <see cref="WhitenTriangle"/> for features that are independent.</summary>
    /// <param name="x">The three planes.</param>
    /// <param name="count">Samples.</param>
    /// <param name="group">μ₀..₂, c₀..₂, then the diagonal of W.</param>
    /// <param name="y">Three planes of <paramref name="stride"/>.</param>
    /// <param name="stride">Distance between the planes of y.</param>
    /// <param name="logs">Base-2 log densities.</param>
    /// <param name="log">Log density at the mean.</param>
    /// <param name="before">Whether this is not the first group.</param>
    [MethodImpl(Root)]
    public static void WhitenDiagonal<T, TScalar>(Planes3<TScalar> x, int count, TScalar* group, TScalar* y, int stride, TScalar* logs, TScalar log, bool before)
        where T : struct, IRealLanes<T, TScalar>
        where TScalar : unmanaged
    {
        T mean0 = T.All(group[0]), mean1 = T.All(group[1]), mean2 = T.All(group[2]);
        T c0 = T.All(group[3]), c1 = T.All(group[4]), c2 = T.All(group[5]);
        T w0 = T.All(group[6]), w1 = T.All(group[7]), w2 = T.All(group[8]);
        TScalar* y0 = y, y1 = y + stride, y2 = y1 + stride;
        T start = T.All(log);
        for (int p = 0; p < count; p += T.Count)
        {
            T white0 = T.MultiplyAdd(w0, T.Load(x.P0 + p) - mean0, c0), white1 = T.MultiplyAdd(w1, T.Load(x.P1 + p) - mean1, c1), white2 = T.MultiplyAdd(w2, T.Load(x.P2 + p) - mean2, c2);
            T.Store(white0, y0 + p);
            T.Store(white1, y1 + p);
            T.Store(white2, y2 + p);
            T sum = T.SubtractProduct(white0, white0, before ? T.Load(logs + p) : start);
            T.Store(T.SubtractProduct(white2, white2, T.SubtractProduct(white1, white1, sum)), logs + p);
        }
    }

    /// <summary>
    /// From log densities to likelihoods relative to the most probable component (log-sum-exp), and the factor that makes
    /// weighted responsibilities of them. What is below the cut-off becomes 0 and is left out of the list of its component.
    /// </summary>
    /// <param name="logs">k planes of <paramref name="stride"/>: in, base-2 logs; out, likelihoods relative to the largest.</param>
    /// <param name="stride">Distance between the planes.</param>
    /// <param name="components">k.</param>
    /// <param name="count">Samples.</param>
    /// <param name="weights">Sample weights.</param>
    /// <param name="factors">Gets weight / sum.</param>
    /// <param name="logSums">Gets log₂ of the sum; none when null.</param>
    /// <param name="total">One sum per virtual lane: weight times log₂ of the sum is added.</param>
    /// <param name="cutOff">Base-2 log below which a likelihood is nothing.</param>
    /// <param name="lists">Per component and part of the virtual lanes, room for stride + 1 numbers: the count, then offsets of samples that count.</param>
    [MethodImpl(Root)]
    public static void Normalize<T, TScalar>(TScalar* logs, int stride, int components, int count, TScalar* weights, TScalar* factors, TScalar* logSums, double* total, TScalar cutOff, int* lists)
        where T : struct, IRealLanes<T, TScalar>
        where TScalar : unmanaged
    {
        int virtualLanes = 64 / sizeof(TScalar), parts = virtualLanes / T.Count;
        T least = T.All(cutOff), zero = T.All(default);
        for (int p = 0; p < count; p += T.Count)
        {
            int part = p % virtualLanes / T.Count;
            T max = T.Load(logs + p);
            for (int c = 1; c < components; c++) max = T.Max(T.Load(logs + c * stride + p), max);
            T sum = zero;
            for (int c = 0; c < components; c++)
            {
                T log = T.Load(logs + c * stride + p) - max;
                T likelihood = T.SelectAbove(log, least, T.Exp2(T.Max(log, least)), zero);
                T.Store(likelihood, logs + c * stride + p);
                sum += likelihood;
                int* list = lists + (c * parts + part) * (stride + 1);
                list[1 + *list] = p;
                *list += T.AnyAbove(log, least) ? 1 : 0;
            }

            T weight = T.Load(weights + p), logSum = max + T.Log2(sum);
            T.Store(weight / sum, factors + p);
            if (logSums != null) T.Store(logSum, logSums + p);
            T.AddTo(weight * logSum, total + p % virtualLanes);
        }
    }

    /// <summary>Adds Σ r, Σ r y (3) and Σ r y yᵀ (00, 10, 11, 20, 21, 22) of a group of three features to ten sums per virtual lane.</summary>
    [MethodImpl(Root)]
    public static void MomentsTriangle<T, TScalar>(TScalar* likelihoods, TScalar* factors, TScalar* y, int stride, int* list, double* sums, int virtualLanes)
        where T : struct, IRealLanes<T, TScalar>
        where TScalar : unmanaged
    {
        T zero = T.All(default), count = zero, s0 = zero, s1 = zero, s2 = zero, s00 = zero, s10 = zero, s11 = zero, s20 = zero, s21 = zero, s22 = zero;
        int* end = list + 1 + *list;
        for (int* at = list + 1; at < end; at++)
        {
            TScalar* yp = y + *at;
            T r = T.Load(likelihoods + *at) * T.Load(factors + *at);
            T y0 = T.Load(yp), y1 = T.Load(yp + stride), y2 = T.Load(yp + 2 * stride);
            T r0 = r * y0, r1 = r * y1, r2 = r * y2;
            count += r;
            s0 += r0;
            s1 += r1;
            s2 += r2;
            s00 = T.MultiplyAdd(r0, y0, s00);
            s10 = T.MultiplyAdd(r1, y0, s10);
            s11 = T.MultiplyAdd(r1, y1, s11);
            s20 = T.MultiplyAdd(r2, y0, s20);
            s21 = T.MultiplyAdd(r2, y1, s21);
            s22 = T.MultiplyAdd(r2, y2, s22);
        }

        T.AddTo(count, sums);
        T.AddTo(s0, sums + virtualLanes);
        T.AddTo(s1, sums + 2 * virtualLanes);
        T.AddTo(s2, sums + 3 * virtualLanes);
        T.AddTo(s00, sums + 4 * virtualLanes);
        T.AddTo(s10, sums + 5 * virtualLanes);
        T.AddTo(s11, sums + 6 * virtualLanes);
        T.AddTo(s20, sums + 7 * virtualLanes);
        T.AddTo(s21, sums + 8 * virtualLanes);
        T.AddTo(s22, sums + 9 * virtualLanes);
    }

    /// <summary>Adds Σ r y zᵀ (3 x 3) of two groups of features to nine sums per virtual lane.</summary>
    [MethodImpl(Root)]
    public static void MomentsSquare<T, TScalar>(TScalar* likelihoods, TScalar* factors, TScalar* y, TScalar* z, int stride, int* list, double* sums, int virtualLanes)
        where T : struct, IRealLanes<T, TScalar>
        where TScalar : unmanaged
    {
        T zero = T.All(default), s00 = zero, s01 = zero, s02 = zero, s10 = zero, s11 = zero, s12 = zero, s20 = zero, s21 = zero, s22 = zero;
        int* end = list + 1 + *list;
        for (int* at = list + 1; at < end; at++)
        {
            TScalar* yp = y + *at, zp = z + *at;
            T r = T.Load(likelihoods + *at) * T.Load(factors + *at);
            T r0 = r * T.Load(yp), r1 = r * T.Load(yp + stride), r2 = r * T.Load(yp + 2 * stride);
            T z0 = T.Load(zp), z1 = T.Load(zp + stride), z2 = T.Load(zp + 2 * stride);
            s00 = T.MultiplyAdd(r0, z0, s00);
            s01 = T.MultiplyAdd(r0, z1, s01);
            s02 = T.MultiplyAdd(r0, z2, s02);
            s10 = T.MultiplyAdd(r1, z0, s10);
            s11 = T.MultiplyAdd(r1, z1, s11);
            s12 = T.MultiplyAdd(r1, z2, s12);
            s20 = T.MultiplyAdd(r2, z0, s20);
            s21 = T.MultiplyAdd(r2, z1, s21);
            s22 = T.MultiplyAdd(r2, z2, s22);
        }

        T.AddTo(s00, sums);
        T.AddTo(s01, sums + virtualLanes);
        T.AddTo(s02, sums + 2 * virtualLanes);
        T.AddTo(s10, sums + 3 * virtualLanes);
        T.AddTo(s11, sums + 4 * virtualLanes);
        T.AddTo(s12, sums + 5 * virtualLanes);
        T.AddTo(s20, sums + 6 * virtualLanes);
        T.AddTo(s21, sums + 7 * virtualLanes);
        T.AddTo(s22, sums + 8 * virtualLanes);
    }

    /// <summary>Adds Σ r, Σ r y (3) and Σ r y² (3) of a group of features to seven sums per virtual lane.</summary>
    [MethodImpl(Root)]
    public static void MomentsDiagonal<T, TScalar>(TScalar* likelihoods, TScalar* factors, TScalar* y, int stride, int* list, double* sums, int virtualLanes)
        where T : struct, IRealLanes<T, TScalar>
        where TScalar : unmanaged
    {
        T zero = T.All(default), count = zero, s0 = zero, s1 = zero, s2 = zero, s00 = zero, s11 = zero, s22 = zero;
        int* end = list + 1 + *list;
        for (int* at = list + 1; at < end; at++)
        {
            TScalar* yp = y + *at;
            T r = T.Load(likelihoods + *at) * T.Load(factors + *at);
            T y0 = T.Load(yp), y1 = T.Load(yp + stride), y2 = T.Load(yp + 2 * stride);
            T r0 = r * y0, r1 = r * y1, r2 = r * y2;
            count += r;
            s0 += r0;
            s1 += r1;
            s2 += r2;
            s00 = T.MultiplyAdd(r0, y0, s00);
            s11 = T.MultiplyAdd(r1, y1, s11);
            s22 = T.MultiplyAdd(r2, y2, s22);
        }

        T.AddTo(count, sums);
        T.AddTo(s0, sums + virtualLanes);
        T.AddTo(s1, sums + 2 * virtualLanes);
        T.AddTo(s2, sums + 3 * virtualLanes);
        T.AddTo(s00, sums + 4 * virtualLanes);
        T.AddTo(s11, sums + 5 * virtualLanes);
        T.AddTo(s22, sums + 6 * virtualLanes);
    }
}

/// <summary>Three planes of samples: the features of a group.</summary>
internal readonly unsafe struct Planes3<T>(T* p0, T* p1, T* p2)
    where T : unmanaged
{
    public readonly T* P0 = p0, P1 = p1, P2 = p2;
}
