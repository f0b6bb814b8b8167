using System.Buffers.Binary;

namespace FeatureModel.Events;

/// <summary>
/// What makes two events the same event: 128 bits of XxHash128, of (source, id) where the sender gave an id, else of source, entity, type,
/// times and content. Not a cryptographic hash: who can choose ids freely could make two of them meet, and then loses the second event.
/// </summary>
/// <param name="Low">The first eight bytes, little-endian.</param>
/// <param name="High">The last eight bytes, little-endian.</param>
public readonly record struct EventId(ulong Low, ulong High)
{
    /// <summary>Bytes of its binary form.</summary>
    public const int Size = 16;

    public static EventId Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt64LittleEndian(bytes), BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]));

    /// <summary>The id of that hash, as its record holds it.</summary>
    internal static EventId Of(UInt128 hash) => new((ulong)hash, (ulong)(hash >> 64));

    /// <summary>32 hexadecimal digits, in the order of the bytes.</summary>
    public override string ToString() => $"{BinaryPrimitives.ReverseEndianness(Low):x16}{BinaryPrimitives.ReverseEndianness(High):x16}";
}
