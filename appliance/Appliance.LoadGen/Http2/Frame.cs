namespace Appliance.LoadGen.Http2;

/// <summary>One received frame; the payload is valid until the next one is read.</summary>
internal readonly ref struct Frame(FrameHeader header, ReadOnlySpan<byte> payload)
{
    public FrameHeader Header { get; } = header;

    public ReadOnlySpan<byte> Payload { get; } = payload;

    /// <summary>A HEADERS payload without its padding and priority fields (RFC 9113, section 6.2).</summary>
    public ReadOnlySpan<byte> Unpadded()
    {
        var block = Payload;
        var padding = 0;
        if ((Header.Flags & FrameHeader.Padded) != 0 && !block.IsEmpty)
        {
            padding = block[0];
            block = block[1..];
        }
        var priority = (Header.Flags & FrameHeader.HasPriority) != 0 ? 5 : 0;
        return priority + padding <= block.Length
            ? block[priority..^padding]
            : throw new IOException($"A header frame of {Payload.Length} bytes claims {padding} bytes of padding.");
    }
}
