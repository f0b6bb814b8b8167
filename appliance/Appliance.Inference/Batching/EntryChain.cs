// Hot path: links the requests that arrive together.
namespace Appliance.Inference.Batching;

/// <summary>Bound entries of one version, in the order in which they came. Not thread-safe.</summary>
public struct EntryChain
{
    private BatchEntry? _last;

    internal BatchEntry? First { get; private set; }
    public int Count { get; private set; }

    /// <summary>Adds an entry whose version is leased and that has a waiter.</summary>
    public void Add(BatchEntry entry)
    {
        if (_last is null) First = entry;
        else _last.Next = entry;
        _last = entry;
        Count++;
    }
}
