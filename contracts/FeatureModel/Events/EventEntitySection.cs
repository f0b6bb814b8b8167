// Hot path: every event's entity is written here.
using System.Buffers.Binary;

namespace FeatureModel.Events;

/// <summary>
/// Writes the join keys of an entity as a record holds them: in the order of their names, whatever the order in which they come, so that
/// one entity has one form. Owned by one thread.
/// </summary>
public ref struct EventEntitySection(Span<byte> destination)
{
    private readonly Span<byte> _destination = destination;

    /// <summary>Join keys so far.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes so far.</summary>
    public int Length { get; private set; }

    /// <summary>What was written.</summary>
    public readonly ReadOnlySpan<byte> Bytes => _destination[..Length];

    /// <summary>Bytes that a text key takes.</summary>
    public static int SizeOf(int nameBytes, int textBytes) => 2 + nameBytes + sizeof(ushort) + textBytes;

    /// <summary>Bytes that a number key takes.</summary>
    public static int SizeOf(int nameBytes) => 2 + nameBytes + sizeof(long);

    /// <summary>False where a key of that name is there already.</summary>
    public bool TryAdd(scoped ReadOnlySpan<byte> name, long number)
    {
        if (!TryMakeRoom(name, SizeOf(name.Length), out var key)) return false;
        key[0] = EventEntityKeys.NumberKind;
        WriteName(key, name);
        BinaryPrimitives.WriteInt64LittleEndian(key[(2 + name.Length)..], number);
        return true;
    }

    /// <summary>False where a key of that name is there already.</summary>
    public bool TryAdd(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> text)
    {
        if (!TryMakeRoom(name, SizeOf(name.Length, text.Length), out var key)) return false;
        key[0] = EventEntityKeys.TextKind;
        WriteName(key, name);
        BinaryPrimitives.WriteUInt16LittleEndian(key[(2 + name.Length)..], checked((ushort)text.Length));
        text.CopyTo(key[(2 + name.Length + sizeof(ushort))..]);
        return true;
    }

    private static void WriteName(Span<byte> key, ReadOnlySpan<byte> name)
    {
        key[1] = checked((byte)name.Length);
        name.CopyTo(key[2..]);
    }

    private bool TryMakeRoom(scoped ReadOnlySpan<byte> name, int size, out Span<byte> room)
    {
        room = default;
        var at = 0;
        foreach (var key in new EventEntityKeys(Bytes))
        {
            var order = key.Name.SequenceCompareTo(name);
            if (order == 0) return false;
            if (order > 0) break;
            at += key.IsText ? SizeOf(key.Name.Length, key.Text.Length) : SizeOf(key.Name.Length);
        }
        _destination[at..Length].CopyTo(_destination[(at + size)..]);
        room = _destination.Slice(at, size);
        Length += size;
        Count++;
        return true;
    }
}
