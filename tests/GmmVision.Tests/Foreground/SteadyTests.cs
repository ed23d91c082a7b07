using GmmVision.Foreground;
using Xunit;

namespace GmmVision.Tests.Foreground;

/// <summary>What tells a shift and a light that stay from those that are soon gone.</summary>
public class SteadyTests
{
    [Theory, InlineData(5), InlineData(25), InlineData(100)]
    public void A_shift_lasts_after_a_second_whatever_the_rate(int rate)
    {
        var shift = new SteadyShift();
        for (int i = 0; i < rate; i++)
            Assert.False(shift.Lasts(At(i, rate), 7, 4));
        Assert.True(shift.Lasts(At(rate, rate), 7, 4));
        Assert.False(shift.Lasts(At(rate + 1, rate), 7, 4));        // the background has been moved: it begins anew
    }

    [Fact]
    public void A_camera_that_shakes_or_stands_does_not()
    {
        var shaking = new SteadyShift();
        var standing = new SteadyShift();
        for (int i = 0; i < 250; i++)
        {
            Assert.False(shaking.Lasts(At(i, 25), i / 20 % 2 == 0 ? 3 : -2, 0));
            Assert.False(standing.Lasts(At(i, 25), 0, 0));
        }
    }

    [Fact]
    public void A_clock_that_falls_back_does_not_hold_a_shift_or_a_light_for_ever()
    {
        var shift = new SteadyShift();
        var light = new SteadyLight();
        Assert.False(shift.Lasts(TimeSpan.FromHours(1), 7, 4));
        Assert.False(light.Lasts(TimeSpan.FromHours(1), 0.5));
        bool moved = false, lit = false;
        for (int i = 0; i <= 75; i++)
        {
            moved |= shift.Lasts(At(i, 25), 7, 4);
            lit |= light.Lasts(At(i, 25), 0.5);
        }
        Assert.True(moved && lit);
    }

    [Theory, InlineData(5), InlineData(25), InlineData(100)]
    public void A_light_lasts_after_two_seconds_in_which_it_always_differs_clearly(int rate)
    {
        var light = new SteadyLight();
        for (int i = 0; i < 2 * rate; i++)
            Assert.False(light.Lasts(At(i, rate), i == rate ? 0.1 : 0.5));      // a cloud that passes in between
        for (int i = 2 * rate; i < 3 * rate + 1; i++)
            Assert.False(light.Lasts(At(i, rate), 0.5));
        Assert.True(light.Lasts(At(3 * rate + 1, rate), 0.3));                  // it may go on changing
    }

    private static TimeSpan At(int frame, int rate) => TimeSpan.FromTicks(frame * TimeSpan.TicksPerSecond / rate);
}
