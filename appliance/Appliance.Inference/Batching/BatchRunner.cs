// Hot path: one call per batch.
using Appliance.Inference.Statistics;

namespace Appliance.Inference.Batching;

/// <summary>Runs closed batches and ends their requests, whichever way they end. Thread-safe: each slot is run by one thread at a time.</summary>
internal sealed class BatchRunner(ModelStatistics statistics, TimeProvider time)
{
    /// <summary>Runs what was taken. Returns the chain of those whose transports wait, to be resumed once the instance is given back.</summary>
    public BatchEntry? Run(InstanceSlot slot)
    {
        BatchEntry? done = null;
        foreach (var expired in slot.Expired)
        {
            Finish(expired, ExpiryOf(expired));
            Chain(expired, ref done);
        }
        slot.Expired.Clear();
        Run(slot.Instance, slot.Batch);
        for (var i = slot.Batch.Count - 1; i >= 0; i--) Chain(slot.Batch.Entries[i], ref done);
        slot.Batch.Clear();
        return done;
    }

    /// <summary>Ends a request that was not answered.</summary>
    public void Finish(BatchEntry entry, ScoreStatus status)
    {
        statistics.RequestFailed(status, entry.Timings.Received, time.GetTimestamp());
        if (entry.Error is null && status is ScoreStatus.QueueTimeout) entry.Error = "Request timeout expired";
        entry.Phase = EntryPhase.Done;
        entry.Complete(status);
    }

    /// <summary>Ends entries whose time was over, chained by their links, and tells their transports. No lock is held.</summary>
    public void Expire(BatchEntry? expired)
    {
        for (var entry = expired; entry is not null; entry = entry.Next) Finish(entry, ExpiryOf(entry));
        BatchEntry.ResumeAll(expired);
    }

    /// <summary>Puts an entry in front of a chain of entries to be resumed, unless its own thread waits for it.</summary>
    public static void Chain(BatchEntry entry, ref BatchEntry? done)
    {
        if (entry.RanInline) return;
        entry.Next = done;
        done = entry;
    }

    private static ScoreStatus ExpiryOf(BatchEntry entry) => entry.QueueTimed ? ScoreStatus.QueueTimeout : ScoreStatus.DeadlineExceeded;

    private void Run(IModelInstance instance, Batch batch)
    {
        if (batch.Count == 0) return;
        var succeeded = 0;
        try
        {
            instance.Run(batch);
            statistics.BatchDone(batch);
            foreach (var entry in batch.Entries)
            {
                Note(entry, batch);
                succeeded++;
                entry.EndLeased(ScoreStatus.Ok);
            }
        }
        catch (InferenceFaultException fault) when (batch.Count == 1)
        {
            Fault(batch.Entries[0], fault);
        }
        catch (InferenceFaultException)
        {
            RunOneByOne(instance, batch);
        }
        catch (Exception bug)
        {
            // Whatever it is, its requests are answered and the instance goes back; the other models know nothing of it.
            var fault = Unforeseen(bug);
            foreach (var entry in batch.Entries)
            {
                if (entry.Phase != EntryPhase.Done) Fault(entry, fault);
            }
        }
        finally
        {
            // All leases at once: other threads count in the same place.
            if (succeeded > 0) batch.Entries[0].Model!.Release(succeeded);
        }
    }

    // One request's values may be what the runtime refused: the others in its batch must not pay for them.
    private void RunOneByOne(IModelInstance instance, Batch batch)
    {
        var single = new Batch { Taken = batch.Taken, Reason = batch.Reason };
        foreach (var entry in batch.Entries)
        {
            single.Clear();
            entry.ClearOutputs();
            single.Add(entry);
            try
            {
                instance.Run(single);
                statistics.BatchDone(single);
                Note(entry, single);
                entry.Complete(ScoreStatus.Ok);
            }
            catch (InferenceFaultException fault)
            {
                Fault(entry, fault);
            }
            catch (Exception bug)
            {
                if (entry.Phase != EntryPhase.Done) Fault(entry, Unforeseen(bug));
            }
        }
    }

    private static InferenceFaultException Unforeseen(Exception bug) =>
        new($"the version failed in a way that was not foreseen: {bug.GetType().Name}", bug);

    private static void Note(BatchEntry entry, Batch batch)
    {
        entry.Timings.InputReady = batch.InputReady;
        entry.Timings.Inferred = batch.Inferred;
        entry.Timings.OutputReady = batch.OutputReady;
        entry.Trace?.Ran(batch);
        entry.Phase = EntryPhase.Done;
    }

    private void Fault(BatchEntry entry, InferenceFaultException fault)
    {
        entry.Fail(ScoreStatus.Faulted, fault.Message);
        Finish(entry, ScoreStatus.Faulted);
    }
}
