namespace Appliance.Features.Journal;

/// <summary>How far the journal is on the disk, and those who wait for it to come further. Thread-safe.</summary>
internal sealed class DurableMark(long position)
{
    // Guards writes of _position, _fault and _closed, and _change.
    private readonly Lock _gate = new();
    private TaskCompletionSource? _change;
    private long _position = position;
    private volatile JournalFault? _fault;
    private volatile bool _closed;

    /// <summary>Every record before it is on the disk.</summary>
    public long Position => Volatile.Read(ref _position);

    public JournalFault? Fault => _fault;

    public bool IsClosed => _closed;

    public void Advance(long position) => Change(() => Volatile.Write(ref _position, position));

    public void SetFault(JournalFault? fault) => Change(() => _fault = fault);

    public void Close() => Change(() => _closed = true);

    /// <summary>Completes once the position is passed (Ok), the journal is closed, or, where faults count, the disk refuses writes.</summary>
    public async ValueTask<JournalOutcome> WaitAsync(long position, bool untilFault, CancellationToken cancellation)
    {
        while (true)
        {
            Task change;
            lock (_gate)
            {
                if (_position > position) return JournalOutcome.Ok;
                if (_closed) return JournalOutcome.Closed;
                if (untilFault && _fault is { } fault) return fault.Outcome;
                _change ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                change = _change.Task;
            }
            await change.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    private void Change(Action change)
    {
        TaskCompletionSource? waited;
        lock (_gate)
        {
            change();
            waited = _change;
            _change = null;
        }
        waited?.TrySetResult();
    }
}
