// Hot path: decodes the header block of each request.
using System.Buffers;

namespace Appliance.Http2.Hpack;

/// <summary>Decodes the header blocks of one connection, in the order in which they came: RFC 7541. Not thread-safe.</summary>
/// <remarks>
/// Owns the connection's dynamic table. After a failure the table is no longer the peer's, so the connection must end.
/// The size of what a block decodes to is not limited here: a byte may name an entry of some kilobytes. The sink counts.
/// </remarks>
internal sealed class HpackDecoder
{
    /// <summary>The size that a peer may count on until it says otherwise: RFC 9113, 6.5.2.</summary>
    private const int InitialTableBytes = 4096;

    /// <summary>A peer may shrink its table and let it grow again between two blocks, which takes two updates: RFC 7541, 4.2.</summary>
    private const int MaxSizeUpdates = 2;

    private readonly HpackDynamicTable _table;
    private readonly HuffmanMemo _memo = new();

    /// <summary>Holds what Huffman strings decode to; rented at a block's first such string, given back at its end.</summary>
    private byte[]? _scratch;

    /// <summary>Bytes of <see cref="_scratch"/> that the current field takes.</summary>
    private int _scratchUsed;

    /// <param name="maxTableBytes">The table size that the server's settings allow, in bytes.</param>
    public HpackDecoder(int maxTableBytes = InitialTableBytes)
    {
        _table = new(maxTableBytes);
        _table.Resize(Math.Min(maxTableBytes, InitialTableBytes));
    }

    /// <summary>The connection's dynamic table.</summary>
    public HpackDynamicTable Table => _table;

    /// <param name="block">One whole header block.</param>
    /// <param name="sink">Gets the fields in their order; those before a fault, too.</param>
    /// <returns>False where the block is not HPACK: a connection error of type COMPRESSION_ERROR.</returns>
    public bool TryDecode(ReadOnlySpan<byte> block, IHeaderSink sink)
    {
        var position = 0;
        if (!TryReadSizeUpdates(block, ref position)) return false;

        try
        {
            while (position < block.Length)
            {
                int first = block[position];
                if (first < 0x80)
                {
                    if (!TryDecodeLiteral(block, ref position, first, sink)) return false;
                    continue;
                }

                var index = first & 0x7F;
                if (index < 0x7F) position++;
                else if (!HpackInteger.TryRead(block, ref position, prefixBits: 7, out index)) return false;

                if (!TryGet(index, out var field)) return false;
                sink.Field(field.Known, field.Name, field.Value);
            }

            return true;
        }
        finally
        {
            if (_scratch is not null) ReturnScratch();
        }
    }

    private static bool IsSizeUpdate(int first) => (first & 0xE0) == 0x20;

    private bool TryReadSizeUpdates(ReadOnlySpan<byte> block, ref int position)
    {
        for (var updates = 0; position < block.Length && IsSizeUpdate(block[position]); updates++)
        {
            if (updates == MaxSizeUpdates) return false;
            if (!HpackInteger.TryRead(block, ref position, prefixBits: 5, out var size)) return false;
            if (size > _table.Capacity) return false;
            _table.Resize(size);
        }

        return true;
    }

    private bool TryDecodeLiteral(ReadOnlySpan<byte> block, ref int position, int first, IHeaderSink sink)
    {
        // Behind a field, a size update has no place.
        if (IsSizeUpdate(first)) return false;

        var isAdded = first >= 0x40;
        if (!HpackInteger.TryRead(block, ref position, prefixBits: isAdded ? 6 : 4, out var nameIndex)) return false;

        _scratchUsed = 0;
        HpackField field;
        if (nameIndex == 0)
        {
            if (!TryReadString(block, ref position, memo: null, out var name)) return false;
            field = new(KnownHeaderNames.Find(name), name, default);
        }
        else if (!TryGet(nameIndex, out field))
        {
            return false;
        }

        if (!TryReadString(block, ref position, nameIndex == 0 ? null : _memo, out var value)) return false;

        // The sink comes first: adding may overwrite the bytes of an evicted entry whose name this is.
        sink.Field(field.Known, field.Name, value);
        if (isAdded) _table.Add(field.Known, field.Name, value);
        return true;
    }

    private bool TryReadString(ReadOnlySpan<byte> block, scoped ref int position, HuffmanMemo? memo, out ReadOnlySpan<byte> text)
    {
        text = default;
        var isHuffman = position < block.Length && (block[position] & 0x80) != 0;
        if (!HpackInteger.TryRead(block, ref position, prefixBits: 7, out var length)) return false;
        if (length > block.Length - position) return false;

        text = block.Slice(position, length);
        position += length;
        if (!isHuffman) return true;
        if (memo is not null && memo.TryFind(text, out var known))
        {
            text = known;
            return true;
        }

        // Long enough for a field's name and value together, as both are parts of the block.
        _scratch ??= ArrayPool<byte>.Shared.Rent(HpackHuffman.MaxDecodedLength(block.Length));
        var decoded = _scratch.AsSpan(_scratchUsed);
        if (!HpackHuffman.TryDecode(text, decoded, out var written)) return false;

        memo?.Keep(text, decoded[..written]);
        text = decoded[..written];
        _scratchUsed += written;
        return true;
    }

    private bool TryGet(int index, out HpackField field)
    {
        if ((uint)(index - 1) < HpackStaticTable.Count)
        {
            field = HpackStaticTable.Get(index);
            return true;
        }

        var place = index - HpackStaticTable.Count - 1;
        if ((uint)place < (uint)_table.Count)
        {
            field = _table.Get(place);
            return true;
        }

        field = default;
        return false;
    }

    private void ReturnScratch()
    {
        ArrayPool<byte>.Shared.Return(_scratch!);
        _scratch = null;
    }
}
