// Hot path: puts together what arrives together.
using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Inference.Lifecycle;

namespace Appliance.Scoring;

/// <summary>
/// The requests that one read of a connection brought, gathered by model version until the last of them is there: they reach their
/// batchers together and run without being handed to another thread. Not thread-safe; one a connection, used again and again.
/// </summary>
public sealed class RequestBurst(ScoringPipeline pipeline)
{
    // Versions gathered at once. More in one read are rare, and then the first ones run earlier.
    private const int MaxVersions = 8;

    // Longest name of a model that the next request is looked for under. 128: longer ones are looked up.
    private const int MaxName = 128;

    private readonly (DynamicBatcher Batcher, EntryChain Chain)[] _gathered = new (DynamicBatcher, EntryChain)[MaxVersions];
    private readonly byte[] _lastName = new byte[MaxName];
    private int _count;
    private long _received;

    // The version of the last request that named none, whose name is in _lastName: what arrives with it goes there, too. None between two bursts.
    private ServingModel? _last;
    private int _lastLength;

    /// <summary>Whether no request has asked for anything since the last <see cref="Submit"/>.</summary>
    public bool IsEmpty => _count == 0 && _received == 0;

    /// <summary>When the requests of this burst were received, by the first that asks.</summary>
    public long Received => _received == 0 ? _received = pipeline.Timestamp : _received;

    /// <summary>
    /// Adds a decoded entry that has a waiter. Ok: the waiter hears of its end, no earlier than at <see cref="Submit"/> or a later call of
    /// this. Anything else: it has ended so, and the waiter is not told.
    /// </summary>
    public ScoreStatus Add(BatchEntry entry)
    {
        var status = TryAcquire(entry);
        if (status == ScoreStatus.Ok) status = pipeline.Bind(entry);
        if (status == ScoreStatus.Ok) Gather(entry.Model!.Batcher, entry);
        return status;
    }

    /// <summary>Hands all that was added to its batchers.</summary>
    public void Submit()
    {
        for (var i = 0; i < _count; i++)
        {
            var (batcher, chain) = _gathered[i];
            _gathered[i] = default;
            batcher.Submit(chain);
        }
        _count = 0;
        _received = 0;
        _last = null;
    }

    private ScoreStatus TryAcquire(BatchEntry entry)
    {
        var name = entry.ModelName.Span;
        if (_last is not null && entry.RequestedVersion == 0 && name.SequenceEqual(_lastName.AsSpan(0, _lastLength)) && pipeline.TryAcquire(entry, _last, out var again)) return again;
        var status = pipeline.TryAcquire(entry);
        // An arm had this one; the next is somebody else's, also if the split has ended by then.
        if (pipeline.AnySplit) _last = null;
        else if (status == ScoreStatus.Ok && entry.RequestedVersion == 0 && name.Length <= MaxName)
        {
            name.CopyTo(_lastName);
            (_last, _lastLength) = (entry.Model, name.Length);
        }
        return status;
    }

    private void Gather(DynamicBatcher batcher, BatchEntry entry)
    {
        for (var i = 0; i < _count; i++)
        {
            if (_gathered[i].Batcher != batcher) continue;
            _gathered[i].Chain.Add(entry);
            return;
        }
        if (_count == MaxVersions) Submit();
        ref var added = ref _gathered[_count++];
        added.Batcher = batcher;
        added.Chain = default;
        added.Chain.Add(entry);
    }
}
