// Hot path: every row that is looked up by key passes here.
namespace Lake.Keys;

/// <summary>Keys of <see cref="KeyEncoder"/>. Filled by one thread, then read by any.</summary>
internal sealed class KeySet
{
    /// <summary>Bytes that a key takes beside its own: an array's header and its place in the set.</summary>
    private const int Overhead = 48;

    private readonly HashSet<byte[]> _keys = new(BytesComparer.Instance);
    private readonly HashSet<byte[]>.AlternateLookup<ReadOnlySpan<byte>> _lookup;

    public KeySet() => _lookup = _keys.GetAlternateLookup<ReadOnlySpan<byte>>();

    public int Count => _keys.Count;

    /// <summary>Bytes of memory, about.</summary>
    public long Bytes { get; private set; }

    /// <summary>Whether the key was not there.</summary>
    public bool Add(ReadOnlySpan<byte> key)
    {
        if (!_lookup.Add(key)) return false;
        Bytes += key.Length + Overhead;
        return true;
    }

    public bool Contains(ReadOnlySpan<byte> key) => _lookup.Contains(key);

    private sealed class BytesComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static readonly BytesComparer Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = default(HashCode);
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }
    }
}
