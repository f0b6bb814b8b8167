namespace Appliance.Http2.Sockets;

/// <summary>How busy a loop was for a while.</summary>
/// <param name="BusyShare">Share of the time in which it did not wait, 0 to 1.</param>
/// <param name="Turn">Mean time between two waits, µs: so long a connection waits for the others.</param>
/// <param name="Bytes">What its connections received lately.</param>
internal readonly record struct LoopLoad(double BusyShare, double Turn, long Bytes = 0);
