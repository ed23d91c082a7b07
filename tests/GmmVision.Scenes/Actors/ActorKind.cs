namespace GmmVision.Scenes.Actors;

/// <summary>What moves through a scene.</summary>
public enum ActorKind
{
    /// <summary>A person on foot.</summary>
    Walker,

    /// <summary>A person who runs.</summary>
    Runner,

    /// <summary>A small car.</summary>
    Car,

    /// <summary>A delivery van.</summary>
    Van,

    /// <summary>A person on a bicycle.</summary>
    Cyclist,
}
