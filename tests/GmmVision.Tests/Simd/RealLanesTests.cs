using GmmVision.Simd;
using Xunit;

namespace GmmVision.Tests.Simd;

public unsafe class RealLanesTests
{
    private const decimal Ln2 = 0.6931471805599453094172321215m;

    [Fact]
    public void The_exponential_of_floats_is_within_two_units_in_the_last_place()
    {
        var random = new Random(1);
        float worst = 0;
        for (int i = 0; i < 40_000; i++)
        {
            float x = i < 1000 ? -126f + i * 0.126f : (float)(-126 * random.NextDouble());
            double exact = Math.Pow(2, x);
            float ulp = (float)exact - MathF.BitDecrement((float)exact);
            worst = Math.Max(worst, (float)(Math.Abs(Exp2<Floats4, float>(x) - exact) / ulp));
        }

        Assert.InRange(worst, 0.1f, 2f);
    }

    [Fact]
    public void The_exponential_of_doubles_is_within_two_units_in_the_last_place()
    {
        var random = new Random(2);
        double worst = 0;
        for (int i = 0; i < 20_000; i++)
        {
            double x = -1000 * random.NextDouble(), whole = Math.Round(x);
            decimal exact = Power(Exactly(x - whole));
            decimal got = Exactly(Math.ScaleB(Exp2<Doubles2, double>(x), -(int)whole));
            worst = Math.Max(worst, Math.Abs((double)(got - exact)) / (exact < 1 ? 1.11e-16 : 2.22e-16));
        }

        Assert.InRange(worst, 0.1, 2);

        // A cast to decimal would round to 15 digits; these numbers are whole multiples of 2^-53.
        static decimal Exactly(double value) => (decimal)(long)Math.ScaleB(value, 53) / (1L << 53);

        // The series of exp(f ln 2) in 28 digits.
        static decimal Power(decimal f)
        {
            decimal term = 1, sum = 1;
            for (int n = 1; n < 30; n++) sum += term *= f * Ln2 / n;
            return sum;
        }
    }

    [Fact]
    public void Logarithms_are_right_to_rounding()
    {
        var random = new Random(3);
        for (int i = 0; i < 20_000; i++)
        {
            double x = i < 2000 ? 1 + i * 1e-3 : Math.Pow(2, 200 * random.NextDouble() - 100);
            Assert.True(Math.Abs(Log2<Doubles2, double>(x) - Math.Log2(x)) <= 4e-16 * Math.Max(1e-3, Math.Abs(Math.Log2(x))) + 1e-19, $"log2 {x}");
            float single = (float)x;
            Assert.True(Math.Abs(Log2<Floats4, float>(single) - Math.Log2(single)) <= 2.5e-7 * Math.Max(1e-3, Math.Abs(Math.Log2(single))), $"log2 {single}");
        }
    }

    [Fact]
    public void Every_width_gives_the_same_bits()
    {
        var random = new Random(4);
        float[] floats = [.. Enumerable.Range(0, 64).Select(_ => (float)(-126 * random.NextDouble()))];
        double[] doubles = [.. Enumerable.Range(0, 64).Select(_ => -1000 * random.NextDouble())];

        Assert.Equal(Map<Floats4, float>(floats), Map<Floats8, float>(floats));
        Assert.Equal(Map<Floats4, float>(floats), Map<Floats16, float>(floats));
        Assert.Equal(Map<Doubles2, double>(doubles), Map<Doubles4, double>(doubles));
        Assert.Equal(Map<Doubles2, double>(doubles), Map<Doubles8, double>(doubles));
    }

    private static TScalar[] Map<T, TScalar>(TScalar[] values)
        where T : struct, IRealLanes<T, TScalar>
        where TScalar : unmanaged
    {
        var result = new TScalar[2 * values.Length];
        fixed (TScalar* from = values)
        {
            fixed (TScalar* to = result)
            {
                for (int i = 0; i < values.Length; i += T.Count)
                {
                    T power = T.Exp2(T.Load(from + i));
                    T.Store(power, to + i);
                    T.Store(T.MultiplyAdd(T.Log2(power), power, T.Sqrt(power)), to + values.Length + i);
                }
            }
        }

        return result;
    }

    private static TScalar Exp2<T, TScalar>(TScalar x)
        where T : struct, IRealLanes<T, TScalar>
        where TScalar : unmanaged
    {
        TScalar* result = stackalloc TScalar[16];
        T.Store(T.Exp2(T.All(x)), result);
        return result[0];
    }

    private static TScalar Log2<T, TScalar>(TScalar x)
        where T : struct, IRealLanes<T, TScalar>
        where TScalar : unmanaged
    {
        TScalar* result = stackalloc TScalar[16];
        T.Store(T.Log2(T.All(x)), result);
        return result[0];
    }
}
