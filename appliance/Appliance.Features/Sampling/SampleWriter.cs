using Appliance.Features.Journal;

namespace Appliance.Features.Sampling;

/// <summary>Brings samples from their queue to the journal: one loop, on a thread of the pool. Never waits for the disk; what the journal refuses is dropped.</summary>
internal sealed class SampleWriter(SampleQueue queue, FeatureJournal journal)
{
    private readonly SampleRecords _records = new();

    /// <summary>Writes what comes until it is stopped, and then what is left.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (await queue.WaitAsync(stop)) Drain();
        }
        catch (OperationCanceledException)
        {
            Drain();
        }
    }

    /// <summary>Writes what waits now.</summary>
    public void Drain()
    {
        while (queue.TryTake(out var sample))
        {
            if (_records.Write(sample) is { } record && record.Length <= journal.MaxRecordBytes && journal.Append(record).Outcome == JournalOutcome.Ok) queue.CountWritten();
            else queue.CountDropped();
        }
    }
}
