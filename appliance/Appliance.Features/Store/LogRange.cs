namespace Appliance.Features.Store;

/// <summary>A stretch of the log that never changes again, with the CRC-32C of its bytes.</summary>
internal readonly record struct LogRange(long From, long Until, uint Crc);
