using System.CommandLine;
using GmmVision.Cli;
using Xunit;

namespace GmmVision.Tests.Cli;

public class CommandFrameTests
{
    private static (int Code, string Error) Run(Func<CancellationToken, int> action, params string[] args)
    {
        Command job = new("job") { OptionOf.Number("--threshold", "A number.", 0, 1, "-t"), OptionOf.Time("--start", "A time.") };
        job.SetAction((_, cancellation) => Task.FromResult(action(cancellation)));
        StringWriter error = new();
        int code = CommandFrame.Run(new RootCommand("Test.") { job }, args, error: error);
        return (code, error.ToString());
    }

    [Fact]
    public void A_command_that_works_returns_its_code_and_says_nothing()
    {
        Assert.Equal((0, ""), Run(_ => 0, "job"));
        Assert.Equal((1, ""), Run(_ => 1, "job", "-t", "0.5"));
    }

    [Theory]
    [InlineData("job --threshold 2", "--threshold needs a number from 0 to 1, not '2'")]
    [InlineData("job --threshold much", "not 'much'")]
    [InlineData("job --threshold NaN", "not 'NaN'")]
    [InlineData("job --start yesterday", "--start needs a time such as 12.5")]
    [InlineData("job --colour", "--colour")]
    [InlineData("jib", "jib")]
    public void Wrong_usage_is_one_line_and_code_2(string args, string expected)
    {
        (int code, string error) = Run(_ => throw new InvalidOperationException("must not run"), args.Split(' '));
        Assert.Equal(2, code);
        Assert.Contains(expected, error);
        Assert.Contains("--help", error);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("take a.mp4 --treshold 0.1", "unknown option --treshold; did you mean --threshold?")]
    [InlineData("take --thresold=0.1 a.mp4", "unknown option --thresold=0.1; did you mean --threshold?")]
    [InlineData("take a.mp4 --strat 3", "unknown option --strat; did you mean --start?")]
    [InlineData("take -i a.mp4", "unknown option -i; inputs are written without an option")]
    [InlineData("take a.mp4 -x", "unknown option -x (see")]
    [InlineData("take a.mp4 -5", "unknown option -5 (see")]
    [InlineData("take a.mp4 --start --whatever", "unknown option --whatever (see")]
    [InlineData("take a.mp4 --name --start 3", "--name needs a value, and the option --start stands in its place (see")]
    [InlineData("take a.mp4 --start --name x", "--start needs a value, and the option --name stands in its place (see")]
    [InlineData("take a.mp4 --verbos", "unknown option --verbos; did you mean --verbose?")]
    [InlineData("take a.mp4 --treshold 0.1 -- b.mp4", "did you mean --threshold?")]
    [InlineData("tkae a.mp4", "unknown command 'tkae'; did you mean take?")]
    [InlineData("something", "unknown command 'something' (see")]
    [InlineData("take a.mp4 -t -0.5", "--threshold needs a number from 0 to 1, not '-0.5'")]
    public void A_misspelt_option_or_command_is_never_taken_for_an_input(string args, string expected)
    {
        (int code, string error) = Take(args);
        Assert.Equal(2, code);
        Assert.Contains(expected, error);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("take -", "-")]
    [InlineData("take -- --treshold", "--treshold")]
    [InlineData("take --name=--odd -- -i", "-i")]
    [InlineData("take a.mp4 -t0.5", "a.mp4")]
    public void Behind_two_dashes_everything_is_an_input_and_a_single_dash_is_stdin(string args, string expected) =>
        Assert.Equal((0, expected), Take(args));

    [Fact]
    public void Whoever_asks_for_help_gets_it_beside_a_misspelt_option() => Assert.Equal(0, Take("take --treshold 0.1 --help").Code);

    private static (int Code, string Text) Take(string args)
    {
        Argument<string[]> inputs = new("INPUT") { Arity = ArgumentArity.OneOrMore };
        string taken = "";
        Command take = new("take") { inputs, OptionOf.Number("--threshold", "A number.", 0, 1, "-t"), OptionOf.Time("--start", "A time."), new Option<string>("--name") };
        take.SetAction(parse => taken = string.Join(' ', parse.GetRequiredValue(inputs)));
        StringWriter error = new();
        int code = CommandFrame.Run(new RootCommand("Test.") { take }, args.Split(' '), error, TextWriter.Null);
        return (code, taken + error);
    }

    [Fact]
    public void No_command_at_all_shows_the_help_and_is_code_2()
    {
        (int code, string error) = Run(_ => 0);
        Assert.Equal(2, code);
        Assert.Contains("job", error);
        Assert.Contains("Usage:", error);
    }

    public static TheoryData<Exception, int, string> Failures => new()
    {
        { new UserError("no frames in x.mp4"), 1, "gmmvision job: no frames in x.mp4" },
        { UserError.Usage("both at once"), 2, "gmmvision job: both at once" },
        { new FileNotFoundException("not there"), 1, "gmmvision job: not there" },
        { new ArgumentException("too large", "size"), 2, "gmmvision job: too large" },
        { new InvalidOperationException("two\nlines"), 1, "gmmvision job: unexpected InvalidOperationException: two lines (--verbose shows where)" },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public void A_failure_is_one_line_with_its_code(Exception exception, int expectedCode, string expected)
    {
        (int code, string error) = Run(_ => throw exception, "job");
        Assert.Equal(expectedCode, code);
        Assert.Equal(expected + Environment.NewLine, error);
    }

    [Fact]
    public void Verbose_adds_where_it_was_thrown() =>
        Assert.Contains(nameof(Verbose_adds_where_it_was_thrown), Run(_ => throw new InvalidOperationException("oh"), "job", "--verbose").Error);

    [Theory]
    [InlineData("90", 90)]
    [InlineData("1.5s", 1.5)]
    [InlineData("1:30", 90)]
    [InlineData("00:01:30.250", 90.25)]
    public void Times_are_seconds_or_a_clock(string text, double seconds)
    {
        Assert.True(OptionOf.TryParseTime(text, out TimeSpan time));
        Assert.Equal(seconds, time.TotalSeconds, 6);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("1:75")]
    [InlineData("1:2:3:4")]
    [InlineData("")]
    [InlineData("1e99")]
    [InlineData("99999999")]
    public void What_is_no_time_is_refused(string text) => Assert.False(OptionOf.TryParseTime(text, out _));
}
