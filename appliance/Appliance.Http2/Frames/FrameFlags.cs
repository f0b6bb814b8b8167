namespace Appliance.Http2.Frames;

/// <summary>Flags of the frames that have any: RFC 9113, 6.</summary>
internal static class FrameFlags
{
    public const byte None = 0;
    public const byte Ack = 0x1;
    public const byte EndStream = 0x1;
    public const byte EndHeaders = 0x4;
    public const byte Padded = 0x8;
    public const byte Priority = 0x20;
}
