namespace Appliance.Http2.Tests.Conformance.Wire;

/// <summary>Writes a header block by hand, one representation at a time (RFC 7541, section 6). Nothing is checked. Not thread-safe.</summary>
public sealed class HpackWriter
{
    /// <summary>First bits of a literal, and how many bits of its byte the name's index has.</summary>
    public const byte Indexing = 0x40, WithoutIndexing = 0x00, NeverIndexed = 0x10;

    private readonly List<byte> _block = [];

    public byte[] ToArray() => [.. _block];

    public HpackWriter Indexed(int index) => Integer(0x80, 7, index);

    public HpackWriter TableSize(int size) => Integer(0x20, 5, size);

    /// <summary>A field with its name written out.</summary>
    public HpackWriter Literal(string name, string value, byte form = WithoutIndexing, bool huffman = false) =>
        Integer(form, form == Indexing ? 6 : 4, 0).Text(name, huffman).Text(value, huffman);

    /// <summary>A field with its name taken from a table.</summary>
    public HpackWriter Literal(int nameIndex, string value, byte form = WithoutIndexing, bool huffman = false) =>
        Integer(form, form == Indexing ? 6 : 4, nameIndex).Text(value, huffman);

    /// <summary>Fields written out in full, entering no table.</summary>
    public HpackWriter Fields(params IEnumerable<(string Name, string Value)> fields)
    {
        foreach (var (name, value) in fields)
        {
            Literal(name, value);
        }
        return this;
    }

    public HpackWriter Raw(params ReadOnlySpan<byte> bytes)
    {
        _block.AddRange(bytes);
        return this;
    }

    /// <summary>A string that says it is Huffman-coded, of these bytes.</summary>
    public HpackWriter HuffmanText(ReadOnlySpan<byte> coded)
    {
        Integer(0x80, 7, coded.Length);
        return Raw(coded);
    }

    private HpackWriter Text(string text, bool huffman)
    {
        // One byte a character: fields may hold bytes beyond ASCII, and tests send them.
        var bytes = System.Text.Encoding.Latin1.GetBytes(text);
        if (huffman)
        {
            return HuffmanText(HuffmanCode.Encode(bytes));
        }
        Integer(0, 7, bytes.Length);
        return Raw(bytes);
    }

    private HpackWriter Integer(byte first, int prefix, int value)
    {
        var limit = (1 << prefix) - 1;
        if (value < limit)
        {
            return Raw((byte)(first | value));
        }
        Raw((byte)(first | limit));
        for (value -= limit; value >= 0x80; value >>= 7)
        {
            Raw((byte)(0x80 | (value & 0x7F)));
        }
        return Raw((byte)value);
    }
}
