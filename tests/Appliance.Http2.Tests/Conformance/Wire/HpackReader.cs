namespace Appliance.Http2.Tests.Conformance.Wire;

/// <summary>Reads header blocks with their table over a connection's life (RFC 7541); a block that breaks the rules throws. Not thread-safe.</summary>
public sealed class HpackReader
{
    /// <summary>Bytes of the table where no others were agreed (RFC 9113, section 6.5.2).</summary>
    public const int DefaultTable = 4_096;

    private static readonly (string Name, string Value)[] StaticTable =
    [
        (":authority", ""), (":method", "GET"), (":method", "POST"), (":path", "/"), (":path", "/index.html"), (":scheme", "http"),
        (":scheme", "https"), (":status", "200"), (":status", "204"), (":status", "206"), (":status", "304"), (":status", "400"),
        (":status", "404"), (":status", "500"), ("accept-charset", ""), ("accept-encoding", "gzip, deflate"),
        ("accept-language", ""), ("accept-ranges", ""), ("accept", ""), ("access-control-allow-origin", ""), ("age", ""),
        ("allow", ""), ("authorization", ""), ("cache-control", ""), ("content-disposition", ""), ("content-encoding", ""),
        ("content-language", ""), ("content-length", ""), ("content-location", ""), ("content-range", ""), ("content-type", ""),
        ("cookie", ""), ("date", ""), ("etag", ""), ("expect", ""), ("expires", ""), ("from", ""), ("host", ""), ("if-match", ""),
        ("if-modified-since", ""), ("if-none-match", ""), ("if-range", ""), ("if-unmodified-since", ""), ("last-modified", ""),
        ("link", ""), ("location", ""), ("max-forwards", ""), ("proxy-authenticate", ""), ("proxy-authorization", ""),
        ("range", ""), ("referer", ""), ("refresh", ""), ("retry-after", ""), ("server", ""), ("set-cookie", ""),
        ("strict-transport-security", ""), ("transfer-encoding", ""), ("user-agent", ""), ("vary", ""), ("via", ""),
        ("www-authenticate", ""),
    ];

    private readonly List<(string Name, string Value)> _table = [];
    private readonly int _limit;
    private int _capacity;

    /// <param name="limit">Bytes of the table, as the reader's SETTINGS_HEADER_TABLE_SIZE says.</param>
    public HpackReader(int limit)
    {
        _limit = limit;
        // The writer starts from the protocol's default, and says so where it takes less (RFC 7541, section 4.2).
        _capacity = Math.Min(limit, DefaultTable);
    }

    public List<(string Name, string Value)> Read(ReadOnlySpan<byte> block)
    {
        var fields = new List<(string, string)>();
        while (!block.IsEmpty)
        {
            var first = block[0];
            if ((first & 0xE0) == 0x20)
            {
                Resize(Integer(ref block, 5), isFirst: fields.Count == 0);
            }
            else if ((first & 0x80) != 0)
            {
                fields.Add(Entry(Integer(ref block, 7)));
            }
            else
            {
                var enters = (first & 0x40) != 0;
                var index = Integer(ref block, enters ? 6 : 4);
                var field = (index == 0 ? Text(ref block) : Entry(index).Name, Text(ref block));
                fields.Add(field);
                if (enters)
                {
                    _table.Insert(0, field);
                    Evict();
                }
            }
        }
        return fields;
    }

    private void Resize(int size, bool isFirst)
    {
        if (size > _limit || !isFirst)
        {
            throw new InvalidDataException($"A table of {size} bytes, {(isFirst ? "over the limit" : "behind a field")}.");
        }
        _capacity = size;
        Evict();
    }

    private void Evict()
    {
        while (_table.Sum(f => f.Name.Length + f.Value.Length + 32) > _capacity)
        {
            _table.RemoveAt(_table.Count - 1);
        }
    }

    private (string Name, string Value) Entry(int index) =>
        index == 0 ? throw new InvalidDataException("Index 0.")
        : index <= StaticTable.Length ? StaticTable[index - 1]
        : index - StaticTable.Length <= _table.Count ? _table[index - StaticTable.Length - 1]
        : throw new InvalidDataException($"Index {index} is in no table.");

    private static string Text(ref ReadOnlySpan<byte> block)
    {
        var isHuffman = (block[0] & 0x80) != 0;
        var length = Integer(ref block, 7);
        var bytes = block[..length];
        block = block[length..];
        return System.Text.Encoding.Latin1.GetString(isHuffman ? HuffmanCode.Decode(bytes) : bytes);
    }

    private static int Integer(ref ReadOnlySpan<byte> block, int prefix)
    {
        var limit = (1 << prefix) - 1;
        var value = block[0] & limit;
        block = block[1..];
        for (var shift = 0; value >= limit; shift += 7)
        {
            var octet = block[0];
            block = block[1..];
            value = checked(value + ((octet & 0x7F) << shift));
            if ((octet & 0x80) == 0)
            {
                break;
            }
        }
        return value;
    }
}
