namespace TestKit;

/// <summary>What became of every session made: the books that a stress test closes with. Thread-safe.</summary>
public sealed class SessionLedger
{
    // Only a broken test waits this long: it then fails instead of hanging.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly SemaphoreSlim _closed = new(0);
    private int _created;
    private int _disposed;
    private int _misused;

    public int Created => Volatile.Read(ref _created);

    public int Disposed => Volatile.Read(ref _disposed);

    /// <summary>Sessions not disposed yet.</summary>
    public int Alive => Created - Disposed;

    /// <summary>Uses of a disposed session, disposals of one in use, and second disposals. All are errors.</summary>
    public int Misused => Volatile.Read(ref _misused);

    /// <summary>Waits until this many sessions are disposed in all. For one waiter at a time.</summary>
    public async Task DisposedAsync(int count, CancellationToken cancellation)
    {
        while (Disposed < count)
        {
            if (!await _closed.WaitAsync(Patience, cancellation)) throw new TimeoutException($"{Disposed} sessions are disposed, not {count}");
        }
    }

    public LedgerSession Open()
    {
        Interlocked.Increment(ref _created);
        return new LedgerSession(this);
    }

    internal void Close(bool misused)
    {
        Interlocked.Increment(ref _disposed);
        if (misused) Misuse();
        _closed.Release();
    }

    internal void Misuse() => Interlocked.Increment(ref _misused);
}
