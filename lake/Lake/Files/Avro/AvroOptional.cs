using Avro.IO;
using Lake.Manifests;

namespace Lake.Files.Avro;

/// <summary>Values of unions with null, which stands first.</summary>
internal static class AvroOptional
{
    public static void Long(Encoder encoder, long? value)
    {
        encoder.WriteUnionIndex(value is null ? 0 : 1);
        if (value is { } number) encoder.WriteLong(number);
    }

    public static void Int(Encoder encoder, int? value)
    {
        encoder.WriteUnionIndex(value is null ? 0 : 1);
        if (value is { } number) encoder.WriteInt(number);
    }

    public static void Boolean(Encoder encoder, bool? value)
    {
        encoder.WriteUnionIndex(value is null ? 0 : 1);
        if (value is { } flag) encoder.WriteBoolean(flag);
    }

    public static void String(Encoder encoder, string? value)
    {
        encoder.WriteUnionIndex(value is null ? 0 : 1);
        if (value is not null) encoder.WriteString(value);
    }

    public static void Bytes(Encoder encoder, byte[]? value)
    {
        encoder.WriteUnionIndex(value is null ? 0 : 1);
        if (value is not null) encoder.WriteBytes(value);
    }

    public static void List<T>(Encoder encoder, IReadOnlyList<T>? items, Action<T> write)
    {
        encoder.WriteUnionIndex(items is null ? 0 : 1);
        if (items is null) return;
        encoder.WriteArrayStart();
        encoder.SetItemCount(items.Count);
        foreach (var item in items)
        {
            encoder.StartItem();
            write(item);
        }
        encoder.WriteArrayEnd();
    }

    /// <summary>A map by column; an empty one is written as null, which says the same.</summary>
    public static void Map<T>(Encoder encoder, ColumnMap<T> map, Action<T> write)
    {
        encoder.WriteUnionIndex(map.Count == 0 ? 0 : 1);
        if (map.Count == 0) return;
        encoder.WriteArrayStart();
        encoder.SetItemCount(map.Count);
        foreach (var (id, value) in map)
        {
            encoder.StartItem();
            encoder.WriteInt(id);
            write(value);
        }
        encoder.WriteArrayEnd();
    }
}
