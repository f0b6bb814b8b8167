// Hot path: a key is written for every view and row.
using System.Buffers.Binary;
using System.Text;
using FeatureModel.Values;

namespace Appliance.Features.Reading;

/// <summary>
/// Bytes of a row's key in the store: the view's number (4 bytes), then each join key in the view's order: an int64 as 8 bytes, text as its
/// length (4 bytes) and its UTF-8. Little-endian. Types follow from the view, so no two entities of one view share a key.
/// </summary>
public static class EntityKey
{
    /// <summary>Longest key in bytes. 64 KiB: what the online store takes.</summary>
    public const int MaxBytes = 65_536;

    /// <summary>Characters of a text in a key at most: whatever they are, they fit.</summary>
    public const int MaxTextLength = MaxBytes / 4;

    /// <summary>Bytes of a key's view number.</summary>
    public const int ViewBytes = sizeof(uint);

    /// <summary>Starts a key; the join keys follow from <see cref="ViewBytes"/> on.</summary>
    public static void WriteView(Span<byte> key, uint view) => BinaryPrimitives.WriteUInt32LittleEndian(key, view);

    public static uint ReadView(ReadOnlySpan<byte> key) => BinaryPrimitives.ReadUInt32LittleEndian(key);

    /// <summary>Bytes that a join key takes.</summary>
    public static int Measure(FeatureValue value) =>
        value.Type == FeatureDataType.String ? sizeof(int) + Encoding.UTF8.GetByteCount(value.AsString) : sizeof(long);

    /// <summary>Writes a join key, an int64 or a string.</summary>
    /// <returns>Bytes written.</returns>
    public static int Write(Span<byte> to, FeatureValue value)
    {
        if (value.Type != FeatureDataType.String) return WriteNumber(to, value.AsInt64);
        var length = Encoding.UTF8.GetBytes(value.AsString, to[sizeof(int)..]);
        BinaryPrimitives.WriteInt32LittleEndian(to, length);
        return sizeof(int) + length;
    }

    /// <summary>Writes an int64 join key; returns the bytes written.</summary>
    public static int WriteNumber(Span<byte> to, long number)
    {
        BinaryPrimitives.WriteInt64LittleEndian(to, number);
        return sizeof(long);
    }

    /// <summary>Writes a text join key; returns the bytes written.</summary>
    public static int WriteText(Span<byte> to, ReadOnlySpan<byte> utf8)
    {
        BinaryPrimitives.WriteInt32LittleEndian(to, utf8.Length);
        utf8.CopyTo(to[sizeof(int)..]);
        return sizeof(int) + utf8.Length;
    }
}
