// Hot path: most requests of a connection have the header block of the one before.
using Appliance.Http2.Hpack;

namespace Appliance.Http2;

/// <summary>
/// The header block that a connection's <see cref="RequestHead"/> was last filled from, where the same bytes would fill it alike: clients send call after
/// call with the same few bytes, and decoding and checking them cost a tenth of a call. The connection's reader's alone.
/// </summary>
internal sealed class LastBlock(HpackDynamicTable table)
{
    // Of what gRPC clients send once the table knows their fields: some tens of bytes.
    private const int MaxBytes = 256;

    private readonly byte[] _bytes = new byte[MaxBytes];
    private int _length = -1;
    private int _changes;

    /// <summary>Whether a block says what the last one did.</summary>
    public bool Is(ReadOnlySpan<byte> block) => _changes == table.Changes && _length == block.Length && block.SequenceEqual(_bytes.AsSpan(0, _length));

    /// <summary>The head is about to be filled from another block.</summary>
    public void Forget() => _length = -1;

    /// <summary>The head was filled from this block, and nothing of it is anybody else's.</summary>
    /// <param name="changesBefore">Those of the table before: a block that changed it means something else the next time.</param>
    public void Keep(ReadOnlySpan<byte> block, int changesBefore)
    {
        if (block.Length > MaxBytes || changesBefore != table.Changes) return;
        block.CopyTo(_bytes);
        (_length, _changes) = (block.Length, changesBefore);
    }
}
