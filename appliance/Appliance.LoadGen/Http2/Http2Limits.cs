using System.Buffers.Binary;

namespace Appliance.LoadGen.Http2;

/// <summary>Fixed numbers of RFC 9113 and what this client says first.</summary>
internal static class Http2Limits
{
    public const int DefaultWindow = 65535;
    public const int MaxFrame = 16384;

    /// <summary>The magic, settings (no dynamic table, no push, the widest stream window) and the widest connection window.</summary>
    public static byte[] Preface { get; } =
    [
        .. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8,
        0, 0, 18, (byte)FrameType.Settings, 0, 0, 0, 0, 0,
        0, PeerSettings.HeaderTableSize, 0, 0, 0, 0,
        0, PeerSettings.EnablePush, 0, 0, 0, 0,
        0, PeerSettings.InitialWindowSize, .. BigEndian(int.MaxValue),
        0, 0, 4, (byte)FrameType.WindowUpdate, 0, 0, 0, 0, 0, .. BigEndian(int.MaxValue - DefaultWindow),
    ];

    private static byte[] BigEndian(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
