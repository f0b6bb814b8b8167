// Hot path: a model's name, as bytes of the request, to its slot.
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Appliance.Inference.Lifecycle;

/// <summary>The slots by model name. Readers take the current table without a lock; slots are added and removed by the model manager.</summary>
public sealed class ModelDirectory
{
    private volatile Dictionary<byte[], ModelSlot> _slots = new(Utf8Comparer.Instance);

    // Guards the replacement of _slots.
    private readonly Lock _gate = new();

    /// <summary>Every slot, by name.</summary>
    public IEnumerable<ModelSlot> Slots => _slots.Values.OrderBy(s => s.Name, StringComparer.Ordinal);

    /// <summary>Every slot, in no order.</summary>
    public IReadOnlyCollection<ModelSlot> Unordered => _slots.Values;

    public bool TryFind(ReadOnlySpan<byte> utf8Name, [NotNullWhen(true)] out ModelSlot? slot) =>
        _slots.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(utf8Name, out slot);

    public bool TryFind(string name, [NotNullWhen(true)] out ModelSlot? slot) => TryFind(Encoding.UTF8.GetBytes(name), out slot);

    /// <summary>The slot of that name, made if there is none.</summary>
    public ModelSlot GetOrAdd(string name)
    {
        lock (_gate)
        {
            if (TryFind(name, out var slot)) return slot;
            slot = new ModelSlot(name);
            _slots = new Dictionary<byte[], ModelSlot>(_slots, Utf8Comparer.Instance) { [Encoding.UTF8.GetBytes(name)] = slot };
            return slot;
        }
    }

    /// <summary>Takes a slot out, so that its name is as unknown as any other. Called by the model manager alone, once no version of it is ready.</summary>
    internal void Remove(ModelSlot slot)
    {
        lock (_gate)
        {
            var slots = new Dictionary<byte[], ModelSlot>(_slots, Utf8Comparer.Instance);
            slots.Remove(Encoding.UTF8.GetBytes(slot.Name));
            _slots = slots;
        }
    }

    private sealed class Utf8Comparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static Utf8Comparer Instance { get; } = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(byte[] name) => GetHashCode(name.AsSpan());

        // The names come from callers: a seeded hash, so that nobody can choose names that collide. Only names of loaded models are ever stored.
        public int GetHashCode(ReadOnlySpan<byte> name)
        {
            var hash = new HashCode();
            hash.AddBytes(name);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
