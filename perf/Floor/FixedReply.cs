namespace Floor;

/// <summary>
/// The bytes that a model named mlp, version 1, with one FP32 output of shape [1,1] answers with: a gRPC frame around a ModelInferResponse.
/// As long as the real answer, so both sides of a comparison move the same number of bytes.
/// </summary>
internal static class FixedReply
{
    /// <summary>Length-prefixed, uncompressed; a client reads the score 0.5 from it.</summary>
    public static ReadOnlySpan<byte> Frame =>
    [
        0, 0, 0, 0, 34,
        0x0A, 3, (byte)'m', (byte)'l', (byte)'p',
        0x12, 1, (byte)'1',
        0x2A, 18, 0x0A, 6, (byte)'o', (byte)'u', (byte)'t', (byte)'p', (byte)'u', (byte)'t', 0x12, 4, (byte)'F', (byte)'P', (byte)'3', (byte)'2', 0x1A, 2, 1, 1,
        0x32, 4, 0, 0, 0, 0x3F,
    ];
}
