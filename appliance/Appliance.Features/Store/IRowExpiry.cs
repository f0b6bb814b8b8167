namespace Appliance.Features.Store;

/// <summary>Says which rows are past their age, for removal.</summary>
public interface IRowExpiry
{
    /// <summary>Whether the row may go. Runs on the writer's thread.</summary>
    bool IsExpired(ReadOnlySpan<byte> key, in RecordHeader header);
}
