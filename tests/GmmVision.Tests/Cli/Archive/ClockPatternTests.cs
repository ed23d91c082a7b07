using GmmVision.Cli;
using GmmVision.Cli.Archive;
using Xunit;

namespace GmmVision.Tests.Cli.Archive;

public class ClockPatternTests
{
    [Theory]
    [InlineData("%Y%m%d-%H%M%S", "front door-20261126-083015", "2026-11-26T08:30:15", "front door")]
    [InlineData("%Y%m%d-%H%M%S", "20261126-083015_x", "2026-11-26T08:30:15", null)]
    [InlineData("%Y%m%d-%H%M%S", "99999999-000000-cam-20261126-083015", "2026-11-26T08:30:15", "99999999-000000-cam")]
    [InlineData("%Y%m%dT%H%M%SZ", "yard-20261126T083015Z-000002", "2026-11-26T08:30:15", "yard")]
    [InlineData("%d.%m.%y", "cam 26.11.26", "2026-11-26T00:00:00", "cam")]
    [InlineData("%Y-%j", "2026-330", "2026-11-26T00:00:00", null)]
    [InlineData("%s", "cam_1795680615", "2026-11-26T08:10:15", "cam")]
    [InlineData("100%%-%Y%m%d", "100%-20261126", "2026-11-26T00:00:00", null)]
    public void A_name_tells_when_a_recording_began_and_of_which_camera(string pattern, string name, string time, string? camera)
    {
        (DateTime Start, string? Camera)? found = ClockPattern.Parse(pattern).Of(name, null);
        Assert.Equal(time, found?.Start.ToString("yyyy-MM-ddTHH:mm:ss", System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(camera, found?.Camera);
    }

    [Theory]
    [InlineData("%Y%m%d-%H%M%S", "cam-20261399-083015")]
    [InlineData("%Y%m%d-%H%M%S", "cam-20260230-083015")]
    [InlineData("%Y%m%d-%H%M%S", "cam-20261126-253015")]
    [InlineData("%Y%m%d-%H%M%S", "cam")]
    [InlineData("%Y-%j", "2026-366")]
    public void A_name_without_a_possible_time_tells_none(string pattern, string name) => Assert.Null(ClockPattern.Parse(pattern).Of(name, null));

    [Theory, InlineData("%H%M"), InlineData("%Y%Q"), InlineData("%"), InlineData(""), InlineData("%Y%m")]
    public void A_pattern_that_names_no_day_is_wrong_usage(string pattern) => Assert.Equal(ExitCode.Usage, Assert.Throws<UserError>(() => ClockPattern.Parse(pattern)).ExitCode);

    [Fact]
    public void The_container_tells_too()
    {
        DateTimeOffset recorded = new(2026, 11, 26, 10, 0, 0, TimeSpan.FromHours(2));
        Assert.Equal((new DateTime(2026, 11, 26, 8, 0, 0, DateTimeKind.Utc), null), ClockPattern.Parse("metadata").Of("20200101-000000", recorded));
        Assert.Null(ClockPattern.Parse("metadata").Of("20200101-000000", null));
    }
}
