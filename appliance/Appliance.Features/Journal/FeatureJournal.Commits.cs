namespace Appliance.Features.Journal;

// Group commit: one thread starts a commit as soon as the one before it has ended; what was appended meanwhile goes with it.
public sealed partial class FeatureJournal
{
    // Guards the three below and the wake-ups of the committing thread.
    private readonly object _commitGate = new();
    private bool _commitRequested;
    private bool _stopping;
    private long _durableOrdinal;

    private volatile bool _segmentBegun;

    private void RequestCommit()
    {
        // A request that was made and not yet taken covers this one as well: the commit starts later than this append.
        if (Volatile.Read(ref _commitRequested)) return;
        lock (_commitGate)
        {
            _commitRequested = true;
            Monitor.PulseAll(_commitGate);
        }
    }

    private void WakeCommitter()
    {
        lock (_commitGate) Monitor.PulseAll(_commitGate);
    }

    // On the device's thread.
    private void OnFlushed()
    {
        _durable.Advance(_log.FlushedUntilAddress);
        WakeCommitter();
    }

    private void CommitLoop()
    {
        while (TryTakeRequest())
        {
            long tail, ordinal;
            lock (_gate)
            {
                (tail, ordinal) = (_log.TailAddress, _ordinal);
                // First here, then no longer there: the oldest record that waits is always in one of the two.
                Volatile.Write(ref _committingSince, _waitingSince);
                _waitingSince = 0;
            }
            if (tail > DurablePosition)
            {
                var started = _time.GetTimestamp();
                _log.Commit();
                if (!WaitUntilDurable(tail)) return;
                var took = _time.GetElapsedTime(started);
                CommitDurations.Record(took.Ticks / TimeSpan.TicksPerMicrosecond);
                Volatile.Write(ref _lastCommitTicks, took.Ticks);
                Volatile.Write(ref _lastCommitTime, Microseconds(_time.GetUtcNow()));
                _commits++;
            }
            Volatile.Write(ref _durableOrdinal, ordinal);
            Volatile.Write(ref _committingSince, 0);
            if (_segmentBegun)
            {
                _segmentBegun = false;
                ApplyRetention();
            }
        }
    }

    // False once the journal closes and nothing more is to be committed.
    private bool TryTakeRequest()
    {
        lock (_commitGate)
        {
            while (!_commitRequested && !_stopping) Monitor.Wait(_commitGate);
            var requested = _commitRequested;
            Volatile.Write(ref _commitRequested, false);
            return requested;
        }
    }

    // False where the journal closes while the disk refuses writes.
    private bool WaitUntilDurable(long tail)
    {
        lock (_commitGate)
        {
            while (DurablePosition < tail)
            {
                if (_stopping && Fault is not null) return false;
                Monitor.Wait(_commitGate);
            }
            return true;
        }
    }

    private void StopCommitting()
    {
        lock (_commitGate)
        {
            // One more, for what was appended just before.
            _commitRequested = true;
            _stopping = true;
            Monitor.PulseAll(_commitGate);
        }
        _committer.Join();
    }
}
