namespace GmmVision.Benchmarks.Blindness;

/// <summary>What happens to the picture as a whole.</summary>
internal enum DisturbanceKind
{
    /// <summary>Nothing: what walkers and background alone make of the figures.</summary>
    None,

    /// <summary>The camera turns to another view at once.</summary>
    View,

    /// <summary>Light comes on, 1.25 to 12.5 times as bright, everywhere alike or from a lamp.</summary>
    LightOn,

    /// <summary>Light goes out, to 0.08 to 0.8 of the brightness.</summary>
    LightOff,

    /// <summary>A night camera switches between color and infrared, in which materials have other greys.</summary>
    Infrared,

    /// <summary>The camera is pushed by up to 12 pixels each way and stays so.</summary>
    Bump,

    /// <summary>0.5 to 10 s of darkness before the scene.</summary>
    DarkStart,

    /// <summary>The lens is covered for 1 to 20 s, then the same scene is back.</summary>
    Covered,

    /// <summary>A truck passes close, over 60 to 95 % of the picture, in 1.5 to 5 s.</summary>
    Truck,

    /// <summary>The same truck, which stops for 2 to 6 s.</summary>
    TruckStands,

    /// <summary>Daybreak: up to six times as bright within 20 to 60 s.</summary>
    Dawn,

    /// <summary>The exposure hunts in steps for some seconds.</summary>
    Exposure,

    /// <summary>Frames go on after a gap of up to an hour, with moved furniture, another light or another view.</summary>
    Restart,
}
