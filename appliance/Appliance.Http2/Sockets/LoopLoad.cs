using System.Diagnostics;

namespace Appliance.Http2.Sockets;

/// <summary>How busy a loop was for a while.</summary>
/// <param name="BusyShare">Share of the time in which it did not wait for its sockets, 0 to 1.</param>
/// <param name="Turn">Mean time between two waits, µs: so long a connection waits for the others.</param>
/// <param name="Bytes">What its connections received lately.</param>
/// <param name="Cores">Share of the time in which it had a core, but for polling, 0 to 1: less than <paramref name="BusyShare"/> by what others had of its core meanwhile.</param>
internal readonly record struct LoopLoad(double BusyShare, double Turn, long Bytes = 0, double Cores = 0)
{
    /// <summary>What <see cref="Cores"/> is. Polling is known by the clock alone: where others had the core meanwhile, too much is taken off, but no more than there is.</summary>
    /// <param name="onCore">ns that its thread had a core.</param>
    /// <param name="polled">Ticks that it polled.</param>
    /// <param name="ticks">Ticks in all.</param>
    public static double CoresOf(long onCore, long polled, long ticks) =>
        Math.Max(0, onCore - Stopwatch.GetElapsedTime(0, polled).TotalNanoseconds) / Stopwatch.GetElapsedTime(0, ticks).TotalNanoseconds;
}
