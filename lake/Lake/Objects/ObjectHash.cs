using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Lake.Objects;

/// <summary>The SHA-256 of an object's bytes: its name. Equal by value.</summary>
/// <param name="High">The first 16 bytes, as a number.</param>
/// <param name="Low">The others.</param>
public readonly record struct ObjectHash(UInt128 High, UInt128 Low)
{
    /// <summary>Reads 64 hexadecimal digits, of either case.</summary>
    public static bool TryParse(string? text, out ObjectHash hash)
    {
        hash = default;
        Span<byte> bytes = stackalloc byte[SHA256.HashSizeInBytes];
        if (text is not { Length: SHA256.HashSizeInBytes * 2 } || Convert.FromHexString(text, bytes, out _, out _) != System.Buffers.OperationStatus.Done) return false;
        hash = Of(bytes);
        return true;
    }

    /// <exception cref="ArgumentException">It is none.</exception>
    public static ObjectHash Parse(string text) => TryParse(text, out var hash) ? hash : throw new ArgumentException($"hash is '{text}'; it must be 64 hexadecimal digits", nameof(text));

    /// <summary>The hash whose 32 bytes these are.</summary>
    public static ObjectHash Of(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt128BigEndian(bytes), BinaryPrimitives.ReadUInt128BigEndian(bytes[16..]));

    /// <summary>Hashes a stream to its end.</summary>
    public static async Task<ObjectHash> OfAsync(Stream content, CancellationToken cancellation) => Of(await SHA256.HashDataAsync(content, cancellation));

    /// <summary>64 hexadecimal digits, lower case.</summary>
    public override string ToString() => $"{High:x32}{Low:x32}";
}
