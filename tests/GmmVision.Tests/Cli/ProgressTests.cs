using GmmVision.Cli;
using Xunit;

namespace GmmVision.Tests.Cli;

public class ProgressTests
{
    [Fact]
    public void A_terminal_gets_a_bar_with_frames_a_second_and_time_left()
    {
        using Progress progress = new("street.mp4", 1000, "frames", new StringWriter(), isTerminal: true);
        Assert.Equal("street.mp4: [######..................] 25%, 250 of 1000 frames, 125 a second, 0:06 left", progress.Line(250, TimeSpan.FromSeconds(2)));
    }

    [Fact]
    public void A_pipe_gets_no_bar_and_an_unknown_length_no_percentage()
    {
        using Progress known = new("a", 1000, "frames", new StringWriter(), isTerminal: false);
        Assert.Equal("a: 25%, 250 of 1000 frames, 125 a second, 0:06 left", known.Line(250, TimeSpan.FromSeconds(2)));
        using Progress unknown = new("a", null, "frames", new StringWriter(), isTerminal: false);
        Assert.Equal("a: 250 frames, 125 a second", unknown.Line(250, TimeSpan.FromSeconds(2)));
    }

    [Fact]
    public void A_short_job_in_a_pipe_prints_nothing()
    {
        StringWriter output = new();
        using (Progress progress = new("a", 10, "frames", output, isTerminal: false))
        {
            for (int i = 0; i < 10; i++)
                progress.Report(i);
        }
        Assert.Equal("", output.ToString());
    }
}
