using FASTER.core;

namespace Appliance.Features.Store;

/// <summary>
/// Compacts the log and removes expired rows, in small steps on the writer's thread. A pass walks the log from its begin, appends what is still a
/// key's newest record, and moves the begin behind every page done. One thread does this, all writes and every checkpoint's begin: so a checkpoint
/// holds either a record or its copy, with a begin that fits. The records behind the begin stay in their files as long as a kept checkpoint needs them.
/// </summary>
public sealed class StoreMaintenance : IDisposable
{
    private readonly StoreEngine _engine;
    private readonly StoreWriter _writer;
    private readonly CheckpointStore _checkpoints;
    private readonly CompactionPolicy _policy;
    private readonly TimeProvider _time;
    private IFasterScanIterator<SpanByte, SpanByte>? _pass;
    private long _lastPass;

    internal StoreMaintenance(StoreEngine engine, StoreWriter writer, CheckpointStore checkpoints, CompactionPolicy policy, TimeProvider time)
    {
        _engine = engine;
        _writer = writer;
        _checkpoints = checkpoints;
        _policy = policy;
        _time = time;
        _lastPass = time.GetTimestamp();
    }

    /// <summary>Passes over the log that ended.</summary>
    public long Passes { get; private set; }

    /// <summary>Expired rows removed since the store was opened.</summary>
    public long ExpiredRows { get; private set; }

    /// <summary>
    /// Looks at up to that many records. True while a pass goes on, so that the next step is worth its call; false when none is due, or the disk refuses
    /// writes: then the pass goes on from the same record later.
    /// </summary>
    public bool Step<TExpiry>(int records, ref TExpiry expiry)
        where TExpiry : struct, IRowExpiry, allows ref struct
    {
        if (_engine.Condition.Status != StoreStatus.Applied || (_pass is null && !TryBeginPass())) return false;
        for (var i = 0; i < records; i++)
        {
            if (!_pass!.GetNext(out var record))
            {
                EndPass();
                return false;
            }
            // A page's first record: all pages before it are done.
            MoveBegin(_pass.CurrentAddress);
            if (!record.Tombstone && !TryMove(_pass, ref expiry)) return false;
        }
        return true;
    }

    /// <summary>Gives up a pass under way; what it did stays.</summary>
    public void Dispose()
    {
        _pass?.Dispose();
        _pass = null;
    }

    private bool TryBeginPass()
    {
        var log = _engine.Faster.Log;
        var until = _policy.PassUntil(log.BeginAddress, _checkpoints.DurableUntil, log.TailAddress, _writer.LiveBytes, (int)_engine.Geometry.PageBytes, _time.GetElapsedTime(_lastPass));
        if (until <= log.BeginAddress) return false;
        _pass = log.Scan(log.BeginAddress, until);
        return true;
    }

    private bool TryMove<TExpiry>(IFasterScanIterator<SpanByte, SpanByte> pass, ref TExpiry expiry)
        where TExpiry : struct, IRowExpiry, allows ref struct
    {
        var rows = _writer.Rows;
        var status = _writer.Move(pass.GetKey().AsReadOnlySpan(), pass.CurrentAddress, ref expiry);
        ExpiredRows += rows - _writer.Rows;
        if (status is StoreStatus.Applied or StoreStatus.Unchanged) return true;
        // Refused: begin again at this record once the disk takes writes.
        var until = pass.EndAddress;
        var from = pass.CurrentAddress;
        pass.Dispose();
        _pass = _engine.Faster.Log.Scan(from, until);
        return false;
    }

    private void MoveBegin(long address)
    {
        var page = address & -_engine.Geometry.PageBytes;
        if (page > _engine.Faster.Log.BeginAddress) _engine.Faster.Log.ShiftBeginAddress(page);
    }

    private void EndPass()
    {
        MoveBegin(_pass!.EndAddress);
        Dispose();
        _lastPass = _time.GetTimestamp();
        Passes++;
    }
}
