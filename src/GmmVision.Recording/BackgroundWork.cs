namespace GmmVision.Recording;

/// <summary>Tasks that go on beside a camera and are waited for at its end. Thread-safe.</summary>
internal sealed class BackgroundWork
{
    private readonly Lock _lock = new();
    private readonly List<Task> _tasks = [];

    /// <summary>Takes one that is under way and never fails.</summary>
    public void Add(Task task)
    {
        lock (_lock)
        {
            _tasks.RemoveAll(other => other.IsCompleted);
            _tasks.Add(task);
        }
    }

    /// <summary>Waits for all.</summary>
    /// <returns>Whether they came to their end in time.</returns>
    public bool Wait(TimeSpan most)
    {
        Task[] tasks;
        lock (_lock)
            tasks = [.. _tasks];
        return Task.WaitAll(tasks, most);
    }
}
