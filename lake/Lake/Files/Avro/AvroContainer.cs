using System.Globalization;
using Avro;
using Avro.File;
using Avro.Generic;

namespace Lake.Files.Avro;

/// <summary>Avro container files in memory: manifests and their lists are at most a few MB. Stateless.</summary>
internal static class AvroContainer
{
    /// <summary>Header of our files: how many items there are. A file that was cut between two blocks is whole to Avro, and a shorter one.</summary>
    private const string Items = "lake.items";

    static AvroContainer() => AvroUuid.Register();

    /// <summary>Codec null: small files that are read often, and some readers stumble over deflate.</summary>
    public static byte[] Write<T>(DatumWriter<T> writer, IReadOnlyList<KeyValuePair<string, string>> properties, IReadOnlyCollection<T> items)
    {
        using var stream = new MemoryStream();
        using (var file = DataFileWriter<T>.OpenWriter(writer, stream, Codec.CreateCodec(Codec.Type.Null), leaveOpen: true))
        {
            foreach (var (key, value) in properties) file.SetMeta(key, value);
            file.SetMeta(Items, items.Count);
            foreach (var item in items) file.Append(item);
            // A file without items has no header otherwise.
            file.Sync();
        }
        return stream.ToArray();
    }

    /// <exception cref="LakeFormatException">It is no whole Avro file, or not of that kind; the message names the file.</exception>
    public static List<T> Read<T>(string location, byte[] bytes, Func<Schema, DatumReader<T>> reader)
    {
        try
        {
            using var stream = new MemoryStream(bytes, writable: false);
            using var file = DataFileReader<T>.OpenReader(stream, null, (written, _) => reader(written));
            var items = new List<T>();
            foreach (var item in file.NextEntries) items.Add(item);
            if (file.GetMetaString(Items) is { } count && count != items.Count.ToString(CultureInfo.InvariantCulture)) throw new LakeFormatException($"the file has {items.Count} of {count} items; it was cut off");
            return items;
        }
        catch (LakeFormatException e)
        {
            throw new LakeFormatException($"{location}: {e.Message}", e);
        }
        catch (Exception e) when (e is AvroException or IOException or InvalidDataException or ArgumentException or OverflowException or IndexOutOfRangeException or OutOfMemoryException or InvalidOperationException or InvalidCastException or Newtonsoft.Json.JsonException)
        {
            throw new LakeFormatException($"{location} is no whole Avro file: {e.Message}", e);
        }
    }
}
