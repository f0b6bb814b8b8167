using System.Globalization;
using System.Text;
using Avro;
using Avro.File;
using Avro.Generic;

namespace Lake.Files.Avro;

/// <summary>Avro container files in memory: manifests and their lists are at most a few MB. Stateless.</summary>
internal static class AvroContainer
{
    /// <summary>Header of our files: how many items there are. A file that was cut between two blocks is whole to Avro, and a shorter one.</summary>
    private const string Items = "lake.items";

    private const int MarkBytes = 16;

    private static readonly byte[] Magic = [(byte)'O', (byte)'b', (byte)'j', 1];

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
        var items = new List<T>();
        Visit(location, bytes, reader, items.Add);
        return items;
    }

    /// <summary>Reads a file item by item: one that is not kept dies young, where a list of all of them would be moved about by each collection.</summary>
    /// <inheritdoc cref="Read{T}(string, byte[], Func{Schema, DatumReader{T}})"/>
    public static void Visit<T>(string location, byte[] bytes, Func<Schema, DatumReader<T>> reader, Action<T> visit)
    {
        try
        {
            var decoder = new AvroBytesDecoder(bytes);
            var header = ReadHeader(decoder);
            var schema = Schema.Parse(Encoding.UTF8.GetString(header.GetValueOrDefault("avro.schema") ?? throw new AvroException("its header has no schema")));
            var codec = header.TryGetValue("avro.codec", out var name) && name.Length > 0 ? Encoding.UTF8.GetString(name) : "null";
            if (codec is not ("null" or "deflate")) throw new LakeFormatException($"the file's codec is {codec}; null and deflate are read here");
            var seen = Read(decoder, codec, reader(schema), visit);
            if (header.TryGetValue(Items, out var count) && Encoding.UTF8.GetString(count) != seen.ToString(CultureInfo.InvariantCulture)) throw new LakeFormatException($"the file has {seen} of {Encoding.UTF8.GetString(count)} items; it was cut off");
        }
        catch (LakeFormatException e)
        {
            throw new LakeFormatException($"{location}: {e.Message}", e) { Location = location };
        }
        catch (Exception e) when (e is AvroException or IOException or InvalidDataException or ArgumentException or OverflowException or IndexOutOfRangeException or OutOfMemoryException or InvalidOperationException or InvalidCastException or Newtonsoft.Json.JsonException)
        {
            throw new LakeFormatException($"{location} is no whole Avro file: {e.Message}", e) { Location = location };
        }
    }

    private static Dictionary<string, byte[]> ReadHeader(AvroBytesDecoder decoder)
    {
        if (!decoder.Take(Magic.Length).SequenceEqual(Magic)) throw new AvroException("it does not begin as one");
        var header = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        for (var n = decoder.ReadMapStart(); n > 0; n = decoder.ReadMapNext())
        {
            for (; n > 0; n--) header[decoder.ReadString()] = decoder.ReadBytes();
        }
        return header;
    }

    // Blocks of items, each with the header's mark behind it.
    private static long Read<T>(AvroBytesDecoder decoder, string codec, DatumReader<T> reader, Action<T> visit)
    {
        var seen = 0L;
        var mark = decoder.Take(MarkBytes).ToArray();
        while (!decoder.IsAtEnd)
        {
            var (count, length) = (decoder.ReadLong(), decoder.ReadLong());
            var start = decoder.Position;
            var block = decoder;
            if (codec != "null")
            {
                var packed = decoder.Take(length).ToArray();
                block = new AvroBytesDecoder(Codec.CreateCodecFromString(codec).Decompress(packed, packed.Length));
            }
            for (var i = 0L; i < count; i++, seen++) visit(reader.Read(default!, block));
            if (codec == "null" && decoder.Position != start + length) throw new AvroException($"a block of {length} bytes has items of {decoder.Position - start}");
            if (!decoder.Take(MarkBytes).SequenceEqual(mark)) throw new AvroException("a block does not end with the file's mark");
        }
        return seen;
    }
}
