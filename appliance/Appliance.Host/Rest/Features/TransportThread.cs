using System.Runtime.CompilerServices;

namespace Appliance.Host.Rest.Features;

/// <summary>When a request is too large for the thread that brought it: other connections wait for that thread.</summary>
internal static class TransportThread
{
    /// <summary>Entities that are read where they arrive. 256: a few hundred microseconds of reading and writing.</summary>
    private const int InlineRows = 256;

    /// <summary>Bytes that are parsed where they arrive, before it is known how many entities they hold. 16 KiB: some ten microseconds.</summary>
    private const int InlineBytes = 16 * 1024;

    /// <summary>Whether a body of so many bytes is to be parsed elsewhere.</summary>
    public static bool IsLongBody(int bytes) => bytes > InlineBytes;

    /// <summary>Whether so many entities are to be read elsewhere.</summary>
    public static bool AreManyRows(int rows) => rows > InlineRows;

    /// <summary>Goes on on the thread pool.</summary>
    public static YieldAwaitable LeaveAsync() => Task.Yield();
}
