using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Appliance.Host.Rest;

/// <summary>How long a request's first line may be before the server refuses it by itself, with no body that callers could parse.</summary>
internal static class RequestLine
{
    /// <summary>
    /// Bytes. 256 KiB: a key of 64 KiB, each byte of it percent-encoded, and the names beside it, so that the handlers refuse what is too long and say what the rule is. A
    /// quarter of the bytes that the server buffers of a request in any case.
    /// </summary>
    private const int MaxBytes = 256 * 1024;

    public static void Bound(KestrelServerLimits limits) => limits.MaxRequestLineSize = MaxBytes;
}
