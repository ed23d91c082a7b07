using GmmVision.Scenes;
using GmmVision.Scenes.Actors;
using Xunit;

namespace GmmVision.Tests.Scenes;

public class SceneOptionsTests
{
    public static TheoryData<string, SceneOptions> OutOfRange => new()
    {
        { "Width is 0", new SceneOptions { Width = 0 } },
        { "Width is 8193", new SceneOptions { Width = 8193 } },
        { "Height is -1", new SceneOptions { Height = -1 } },
        { "FrameRate is 0", new SceneOptions { FrameRate = 0 } },
        { "FrameRate is NaN", new SceneOptions { FrameRate = double.NaN } },
        { "FrameCount is 0", new SceneOptions { FrameCount = 0 } },
        { "Noise is 51", new SceneOptions { Noise = 51 } },
        { "FoliageSway is -1", new SceneOptions { FoliageSway = -1 } },
        { "Shadows is 0.95", new SceneOptions { Shadows = 0.95 } },
        { "LightDrift is 0.6", new SceneOptions { LightDrift = 0.6 } },
        { "LightSwitchAt is -1", new SceneOptions { LightSwitchAt = -1 } },
        { "LightSwitchGain is 0", new SceneOptions { LightSwitchGain = 0 } },
        { "CameraJitter is 11", new SceneOptions { CameraJitter = 11 } },
        { "BusyStart is NaN", new SceneOptions { BusyStart = double.NaN } },
        { "Speed is 0", new SceneOptions { Actors = [new ActorScript(ActorKind.Car, Lane.NearLane, 0, 0)] } },
        { "StopAt is 2", new SceneOptions { Actors = [new ActorScript(ActorKind.Car, Lane.NearLane, 0, 5) { StopAt = 2 }] } },
        { "Start is NaN", new SceneOptions { Actors = [new ActorScript(ActorKind.Car, Lane.NearLane, double.NaN, 5)] } },
    };

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void A_value_out_of_range_is_named_with_what_is_allowed(string said, SceneOptions options)
    {
        string message = Assert.Throws<ArgumentException>(options.Validate).Message;
        Assert.Contains(said, message, StringComparison.Ordinal);
        Assert.Contains("must be", message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new Scene(options));
    }

    [Fact]
    public void Defaults_and_the_sample_are_valid()
    {
        new SceneOptions().Validate();
        SceneOptions.Street.Validate();
    }
}
