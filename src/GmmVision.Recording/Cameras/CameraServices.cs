using GmmVision.Recording.Events;

namespace GmmVision.Recording.Cameras;

/// <summary>What the cameras of a process share.</summary>
/// <param name="Log">Takes a line, from any thread.</param>
/// <param name="Notifiers">Who is told of events.</param>
/// <param name="ModelThreads">Threads of each camera's model; 0 takes one a processor.</param>
public sealed record CameraServices(Action<string> Log, IReadOnlyList<INotifier> Notifiers, int ModelThreads = 1)
{
    /// <summary>How often a model is saved.</summary>
    public TimeSpan SavePeriod { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Taken while a model is saved: the copy that is written is as large as the model, and one such is enough at a time.</summary>
    public SemaphoreSlim SaveTurn { get; } = new(1);

    /// <summary>Tells everybody.</summary>
    public void Notify(CameraEvent happened)
    {
        foreach (INotifier notifier in Notifiers)
            notifier.Post(happened);
    }
}
