using GmmVision.Imaging;
using GmmVision.Lab;

namespace GmmVision.Web;

/// <summary>What lies in the lab: pictures and tables that were given or dropped, and the made sets.</summary>
/// <remarks>May be used from any number of threads. Of what is dropped on the page the last eight are kept, in memory alone.</remarks>
public sealed class LabShelf
{
    private const int MostDropped = 8;
    private readonly Lock _lock = new();
    private readonly List<LabItem> _items = [];
    private int _next;

    /// <summary>An empty shelf, but for the made sets.</summary>
    public LabShelf() => _items.AddRange(DataSet.All.Select(set => new LabItem(set.Id, set.Name) { Set = set, Made = new Lazy<LabPoints>(set.Make) }));

    /// <summary>Everything, what came last first.</summary>
    public IReadOnlyList<LabItem> Items
    {
        get
        {
            lock (_lock)
                return [.. _items];
        }
    }

    /// <summary>Puts a picture there.</summary>
    /// <exception cref="ArgumentException">It is too large, or not Rgb.</exception>
    public LabItem Add(string name, Frame picture) => Put(id => new LabItem(id, name) { Picture = new LabPicture(picture) });

    /// <summary>Puts a table there.</summary>
    public LabItem Add(string name, Table table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return Put(id => new LabItem(id, name) { Table = table });
    }

    internal LabItem? Find(string id)
    {
        lock (_lock)
            return _items.Find(item => item.Id == id);
    }

    private LabItem Put(Func<string, LabItem> make)
    {
        lock (_lock)
        {
            LabItem item = make($"given{++_next}");
            _items.Insert(0, item);
            while (_items.Count > DataSet.All.Count + MostDropped)
                _items.RemoveAt(MostDropped);
            return item;
        }
    }
}

/// <summary>One thing in the lab: a picture, a table, or a made set of points.</summary>
/// <param name="Id">A word for addresses.</param>
/// <param name="Name">The file's name, or what the set is called.</param>
public sealed record LabItem(string Id, string Name)
{
    /// <summary>The picture; null: it is none.</summary>
    public LabPicture? Picture { get; init; }

    /// <summary>The table; null: it is none.</summary>
    public Table? Table { get; init; }

    /// <summary>The made set; null: it is none.</summary>
    public DataSet? Set { get; init; }

    // Made when it is first looked at: a recorder that serves the lab beside its page may never need it.
    internal Lazy<LabPoints>? Made { get; init; }

    internal LabPoints? Points => Made?.Value;
}
