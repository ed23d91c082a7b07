namespace GmmVision.Recording.Events;

/// <summary>The newest entries of a log, and the highest number of all. Not thread-safe.</summary>
/// <param name="most">How many are kept.</param>
internal sealed class RecentEvents(int most)
{
    private readonly LinkedList<CameraEvent> _events = new();      // newest first

    public int Count => _events.Count;

    public long LastNumber { get; private set; }

    public CameraEvent? Newest => _events.First?.Value;

    public CameraEvent? Oldest => _events.Last?.Value;

    /// <summary>All, the newest first.</summary>
    public IEnumerable<CameraEvent> Newer => _events;

    /// <summary>A motion event; null where none of this number is remembered.</summary>
    public CameraEvent? Find(long number) => NodeOf(number)?.Value;

    /// <summary>An entry that is too old to be remembered, but whose number counts.</summary>
    public void Pass(long number) => LastNumber = Math.Max(LastNumber, number);

    /// <summary>Takes an entry: another one more, what is new of one that is there, or that one is deleted.</summary>
    public void Remember(CameraEvent happened)
    {
        LinkedListNode<CameraEvent>? earlier = happened.Kind is CameraEventKind.Motion or CameraEventKind.Deleted && happened.Number <= LastNumber ? NodeOf(happened.Number) : null;
        if (happened.Kind == CameraEventKind.Deleted)
        {
            if (earlier is not null)
                _events.Remove(earlier);
            return;
        }
        // A later line for the same event: its clip was finished at the next start.
        if (earlier?.Value.Start == happened.Start)
        {
            earlier!.Value = happened;
            return;
        }
        _events.AddFirst(happened);
        if (_events.Count > most)
            _events.RemoveLast();
        Pass(happened.Number);
    }

    /// <summary>Forgets what began before a time.</summary>
    public void RemoveBefore(DateTimeOffset time, Predicate<CameraEvent>? isKept)
    {
        for (LinkedListNode<CameraEvent>? node = _events.Last; node is not null && node.Value.Start < time;)
        {
            LinkedListNode<CameraEvent>? newer = node.Previous;
            if (isKept?.Invoke(node.Value) != true)
                _events.Remove(node);
            node = newer;
        }
    }

    private LinkedListNode<CameraEvent>? NodeOf(long number)
    {
        for (LinkedListNode<CameraEvent>? node = _events.First; node is not null; node = node.Next)
        {
            if (node.Value.Kind == CameraEventKind.Motion && node.Value.Number == number)
                return node;
        }
        return null;
    }
}
