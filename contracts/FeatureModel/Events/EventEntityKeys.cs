using System.Buffers.Binary;

namespace FeatureModel.Events;

/// <summary>
/// The join keys of an event's entity in its record, in the order of their names' bytes. Each is: kind (1 number, 2 text), length of the
/// name (1 byte), the name, then eight bytes of number, or two bytes of length and the text; little-endian.
/// </summary>
public ref struct EventEntityKeys
{
    internal const byte NumberKind = 1;
    internal const byte TextKind = 2;

    private ReadOnlySpan<byte> _rest;
    private EventEntityKey _current;

    internal EventEntityKeys(ReadOnlySpan<byte> section) => _rest = section;

    public readonly EventEntityKey Current => _current;

    public readonly EventEntityKeys GetEnumerator() => this;

    public bool MoveNext() => !_rest.IsEmpty && TryTake(ref _rest, out _current);

    /// <summary>Whether the bytes are exactly so many keys.</summary>
    internal static bool IsWhole(ReadOnlySpan<byte> section, int count)
    {
        for (var i = 0; i < count; i++)
        {
            if (!TryTake(ref section, out _)) return false;
        }
        return section.IsEmpty;
    }

    private static bool TryTake(scoped ref ReadOnlySpan<byte> rest, out EventEntityKey key)
    {
        key = default;
        if (rest.Length < 2) return false;
        var kind = rest[0];
        var value = 2 + rest[1];
        if (kind == NumberKind)
        {
            if (rest.Length < value + sizeof(long)) return false;
            key = new EventEntityKey(rest[2..value], BinaryPrimitives.ReadInt64LittleEndian(rest[value..]));
            rest = rest[(value + sizeof(long))..];
            return true;
        }
        if (kind != TextKind || rest.Length < value + sizeof(ushort)) return false;
        var end = value + sizeof(ushort) + BinaryPrimitives.ReadUInt16LittleEndian(rest[value..]);
        if (rest.Length < end) return false;
        key = new EventEntityKey(rest[2..value], rest[(value + sizeof(ushort))..end]);
        rest = rest[end..];
        return true;
    }
}
