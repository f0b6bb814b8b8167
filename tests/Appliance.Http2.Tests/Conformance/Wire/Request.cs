namespace Appliance.Http2.Tests.Conformance.Wire;

/// <summary>Requests as header blocks and frames. Pure.</summary>
public static class Request
{
    /// <summary>The pseudo-headers and headers of a gRPC call.</summary>
    public static IEnumerable<(string Name, string Value)> Fields(string path = ServerUnderTest.OrdinaryPath) =>
        [.. Pseudo(path), ("content-type", "application/grpc"), ("te", "trailers")];

    public static IEnumerable<(string Name, string Value)> Pseudo(string path = ServerUnderTest.OrdinaryPath, string method = "POST") =>
        [(":method", method), (":scheme", "http"), (":authority", "localhost"), (":path", path)];

    public static byte[] Block(params IEnumerable<(string Name, string Value)> fields) => new HpackWriter().Fields(fields).ToArray();

    /// <summary>A call's HEADERS; its body is to follow.</summary>
    public static byte[] Open(int stream, string path = ServerUnderTest.OrdinaryPath, params (string Name, string Value)[] more) =>
        RawFrames.Headers(stream, Block([.. Fields(path), .. more]));

    /// <summary>A request of these fields alone, without a body.</summary>
    public static byte[] Whole(int stream, params IEnumerable<(string Name, string Value)> fields) =>
        RawFrames.Headers(stream, Block(fields), RawFrames.EndHeaders | RawFrames.EndStream);

    public static byte[] Get(int stream) => Whole(stream, Pseudo(method: "GET"));

    /// <summary>A call with its whole body.</summary>
    public static byte[] Call(int stream, ReadOnlySpan<byte> body, string path = ServerUnderTest.OrdinaryPath) =>
        [.. Open(stream, path), .. RawFrames.Data(stream, body, RawFrames.EndStream)];

    /// <summary>One uncompressed gRPC message of this many bytes in all, made from a fixed seed.</summary>
    public static byte[] Message(int length)
    {
        var message = new byte[length];
        new Random(9_113).NextBytes(message);
        message[0] = 0;
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), length - 5);
        return message;
    }
}
