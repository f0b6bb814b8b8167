// Hot path: one per request that brings no id of its own.
using System.Globalization;
using System.Security.Cryptography;

namespace Appliance.Scoring;

/// <summary>Ids for requests that bring none: unique within a process by a counter, between processes by a random start. Thread-safe.</summary>
public static class RequestIds
{
    /// <summary>Characters of a caller's own id at most: room for two UUIDs and a separator, short enough for a log line.</summary>
    public const int MaxLength = 128;

    private static readonly uint Process = (uint)RandomNumberGenerator.GetInt32(int.MaxValue);
    private static long _last;

    /// <summary>Twenty hexadecimal digits.</summary>
    public static string Next() => string.Create(CultureInfo.InvariantCulture, $"{Process:x8}{Interlocked.Increment(ref _last):x12}");
}
