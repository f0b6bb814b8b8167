using Appliance.Features.Store;

namespace Appliance.Features.Tests.Store;

/// <summary>Rows before an event time are expired; none are by default.</summary>
internal readonly struct ExpiryBefore(long eventTime) : IRowExpiry
{
    public bool IsExpired(ReadOnlySpan<byte> key, in RecordHeader header) => header.EventTime < eventTime;
}
