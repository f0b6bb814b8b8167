// Hot path of models whose requests are split.
using Appliance.Inference.Batching;
using Appliance.Scoring.Entities;

namespace Appliance.Scoring.Traffic;

/// <summary>
/// Makes the key of a caller out of an entity: its join keys, whatever their order. One of them alone is the same caller as its value sent as a key.
/// What an entity brings besides join keys differs from request to request, and is left out where the model's features tell which that is.
/// </summary>
/// <param name="binding">The features of the model; null where they do not tell join keys from the rest.</param>
public ref struct EntityCaller(EntityBinding? binding)
{
    private ulong _sum, _only;
    private int _count;

    /// <summary>Adds a member of the entity.</summary>
    /// <param name="utf8Value">Text as it is, whole numbers in decimal.</param>
    public void Add(scoped ReadOnlySpan<byte> utf8Name, scoped ReadOnlySpan<byte> utf8Value)
    {
        if (binding is { IsReadable: true } && (binding.FindKey(utf8Name, _count) is var at) && (at < 0 || !binding.Keys[at].IsKey)) return;
        _only = CallerKey.Hash(utf8Value);
        // A sum, so that the order does not matter; mixed, so that values cannot change places unnoticed.
        _sum += CallerKey.Mixed(CallerKey.Hash(utf8Name) ^ CallerKey.Mixed(_only));
        _count++;
    }

    /// <summary>Gives the request its caller; none where nothing was added.</summary>
    public readonly void Give(BatchEntry entry)
    {
        if (_count == 0) return;
        entry.Caller = _count == 1 ? _only : _sum;
        entry.HasCaller = true;
    }
}
