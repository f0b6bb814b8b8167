// Hot path where requests wait.
namespace Appliance.Inference.Batching;

/// <summary>
/// Knows a burst from an overload, as controlled delay does: a queue whose shortest wait stays above a small target for a whole interval does not drain
/// by itself. From then on requests are taken only as long as they wait no longer than the target, until an interval in which hardly any was refused.
/// Its batcher's lock is held.
/// </summary>
/// <remarks>
/// <code>
/// quiet ──a batch leaves others behind that wait for longer than the target──► watching ──still so an interval later──► standing
/// watching ──a batch whose last request waited less, or that leaves nobody──► quiet
/// standing ──an interval in which few were refused, or nobody came──► quiet
/// </code>
/// </remarks>
/// <param name="mayStandFor">The interval, in timestamp units; 0 for a queue that may stand for ever.</param>
internal sealed class StandingQueue(long mayStandFor, int maxBatchSize, long timestampFrequency)
{
    private const long Never = long.MaxValue;

    // 5 ms, as controlled delay has it wherever it is used: what a busy machine's scheduling takes anyway.
    private readonly long _leastTarget = timestampFrequency / 200;

    private long _aboveSince = Never;
    private long _standsSince = Never;
    private long _refusedRows, _takenRows;

    /// <summary>Whether it has to hear of every batch; otherwise of those that leave requests behind.</summary>
    public bool IsWatching => _aboveSince != Never || _standsSince != Never;

    /// <summary>Notes a batch that was closed.</summary>
    /// <param name="shortestWait">Of its last request where others are left behind, otherwise 0.</param>
    /// <param name="row">How long a row takes of late; 0 while that is unknown.</param>
    public void BatchTaken(int rows, long shortestWait, long row, long now)
    {
        if (mayStandFor == 0) return;
        _takenRows += rows;
        if (row == 0 || shortestWait <= Target(row)) _aboveSince = Never;
        else if (_aboveSince == Never) _aboveSince = now;
    }

    /// <summary>Whether requests are to be refused that would wait for longer than the target.</summary>
    /// <inheritdoc cref="BatchTaken"/>
    public bool Stands(long row, long now)
    {
        if (_standsSince == Never && _aboveSince == Never) return false;
        var interval = OverloadPolicy.Interval(mayStandFor, Target(row));
        if (_standsSince == Never)
        {
            if (now - _aboveSince < interval) return false;
            Begin(now);
        }
        else if (now - _standsSince >= 2 * interval) _aboveSince = _standsSince = Never;
        else if (now - _standsSince >= interval)
        {
            if (!OverloadPolicy.IsOver(_refusedRows, _takenRows)) Begin(now);
            else _aboveSince = _standsSince = Never;
        }
        return _standsSince != Never;
    }

    /// <summary>Whether a request would wait for too long; one that would is counted, as it is refused.</summary>
    public bool Refuses(int rows, long wait, long row)
    {
        if (wait <= Target(row)) return false;
        _refusedRows += rows;
        return true;
    }

    private long Target(long row) => OverloadPolicy.Target(maxBatchSize, row, _leastTarget);

    private void Begin(long now)
    {
        _standsSince = now;
        _refusedRows = _takenRows = 0;
    }
}
