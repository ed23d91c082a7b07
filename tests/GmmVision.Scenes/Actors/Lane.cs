namespace GmmVision.Scenes.Actors;

/// <summary>The strip of the street along which something moves, from far to near.</summary>
public enum Lane
{
    /// <summary>The pavement in front of the houses; people there are about 60 pixels tall at 640x360, and partly hidden behind the parked car.</summary>
    FarPavement,

    /// <summary>The far half of the road.</summary>
    FarLane,

    /// <summary>The near half of the road; a car there is about 250 pixels long at 640x360.</summary>
    NearLane,

    /// <summary>The pavement under the camera; people there are about 120 pixels tall at 640x360.</summary>
    NearPavement,
}
