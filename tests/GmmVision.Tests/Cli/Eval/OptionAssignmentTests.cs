using GmmVision.Background;
using GmmVision.Cli;
using GmmVision.Cli.Eval;
using GmmVision.Foreground;
using Xunit;

namespace GmmVision.Tests.Cli.Eval;

public class OptionAssignmentTests
{
    private enum Fruit
    {
        RedApple,
        Pear,
    }

    private sealed record Inner(int Count, double? Weight)
    {
        public int Twice => 2 * Count;
    }

    private sealed record Outer
    {
        public Inner Inner { get; init; } = new(1, 2.5);
        public bool IsOn { get; init; }
        public Fruit Fruit { get; init; }
        public TimeSpan MergeWindow { get; init; }
        public int Count { get; init; } = 7;
        public string[] NotSettable { get; init; } = [];
    }

    [Fact]
    public void Every_kind_of_option_is_set_by_any_form_of_its_name()
    {
        Outer outer = new();
        Assert.Equal(5, OptionAssignment.Apply(outer, "count=5").Count);
        Assert.Equal(1, OptionAssignment.Apply(outer, "count=5").Inner.Count);
        Assert.Equal(-5, OptionAssignment.Apply(outer, "inner.count=-5").Inner.Count);
        Assert.Equal(0.25, OptionAssignment.Apply(outer, " Inner.Weight = 0.25 ").Inner.Weight);
        Assert.Equal(1e-6, OptionAssignment.Apply(outer, "weight=1e-6").Inner.Weight);
        Assert.Null(OptionAssignment.Apply(outer, "weight=none").Inner.Weight);
        Assert.True(OptionAssignment.Apply(outer, "is-on=true").IsOn);
        Assert.Equal(Fruit.Pear, OptionAssignment.Apply(outer, "fruit=pear").Fruit);
        Assert.Equal(Fruit.RedApple, OptionAssignment.Apply(outer with { Fruit = Fruit.Pear }, "FRUIT=red-apple").Fruit);
        Assert.Equal(TimeSpan.FromSeconds(1.5), OptionAssignment.Apply(outer, "mergeWindow=1.5").MergeWindow);
        Assert.Equal(new Outer().ToString(), outer.ToString());      // the original is as it was
    }

    [Theory]
    [InlineData("weigth=3", "knows no option 'weigth': there are inner.count, inner.weight, is-on, fruit, merge-window, count.")]
    [InlineData("count=3.5", "--set count needs a whole number, not '3.5'")]
    [InlineData("weight=heavy", "--set inner.weight needs a number, or none, not 'heavy'")]
    [InlineData("is-on=maybe", "needs true or false, not 'maybe'")]
    [InlineData("fruit=plum", "needs one of red-apple, pear, not 'plum'")]
    [InlineData("merge-window=soon", "needs seconds, not 'soon'")]
    [InlineData("count", "needs option=value, as in history=500, not 'count'")]
    [InlineData("=3", "needs option=value")]
    public void A_wrong_name_or_value_is_one_line_that_says_what_is_right(string assignment, string message)
    {
        var error = Assert.Throws<UserError>(() => OptionAssignment.Apply(new Outer(), assignment));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, error.ExitCode);
    }

    [Fact]
    public void Every_option_of_the_detector_has_a_name()
    {
        string[] names = [.. OptionAssignment.Names<ForegroundOptions>()];
        foreach (string name in new[] { nameof(BackgroundOptions.History), nameof(BackgroundOptions.Components), nameof(BackgroundOptions.TimeConstant) })
            Assert.Contains(names, found => found.Replace("-", "", StringComparison.Ordinal) == "background." + name.ToLowerInvariant());
        int settable = typeof(ForegroundOptions).GetProperties().Count(property => property.CanWrite) - 1 + typeof(BackgroundOptions).GetProperties().Count(property => property.CanWrite);
        Assert.Equal(settable, names.Length);
        Assert.Equal(77, OptionAssignment.Apply(ForegroundOptions.For(Preset.Balanced), "history=77").Background.History);
    }
}
