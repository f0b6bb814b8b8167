using System.Text;
using Appliance.Http2.Hpack;

namespace Appliance.Http2;

/// <summary>Fields of one response, encoded as they are added. Not thread-safe.</summary>
internal sealed class HeaderBlock
{
    // The first byte is kept for a table size update in front of the block.
    private byte[] _block = new byte[256];
    private int _end = 1;

    public void Status(int status) => _end += HpackEncoder.WriteStatus(Room(8), status);

    /// <summary>Adds a field; its name is written in lower case, its value as Latin-1, as HTTP has it.</summary>
    public void Add(string name, string value) => Add(Encoding.Latin1.GetBytes(name.ToLowerInvariant()), Encoding.Latin1.GetBytes(value));

    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) =>
        _end += HpackEncoder.WriteLiteral(Room(HpackEncoder.LiteralSize(name.Length, value.Length)), name, value);

    /// <summary>The block behind a start of one byte at most.</summary>
    public ReadOnlySpan<byte> WithStart(ReadOnlySpan<byte> start)
    {
        start.CopyTo(_block.AsSpan(1 - start.Length));
        return _block.AsSpan(1 - start.Length, _end - 1 + start.Length);
    }

    private Span<byte> Room(int bytes)
    {
        if (_block.Length - _end < bytes) Array.Resize(ref _block, Math.Max(_block.Length * 2, _end + bytes));
        return _block.AsSpan(_end, bytes);
    }
}
