namespace TestKit;

/// <summary>A stand-in for a runtime's session that tells its ledger of its end and of any use that should not be. Thread-safe.</summary>
public sealed class LedgerSession(SessionLedger ledger) : IDisposable
{
    private int _uses;
    private int _disposed;

    /// <summary>Marks a use; the use ends when what it returns is disposed.</summary>
    public Use Enter()
    {
        Interlocked.Increment(ref _uses);
        if (Volatile.Read(ref _disposed) != 0) ledger.Misuse();
        return new Use(this);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) ledger.Misuse();
        else ledger.Close(misused: Volatile.Read(ref _uses) != 0);
    }

    /// <summary>A use of the session in progress.</summary>
    public readonly struct Use(LedgerSession session) : IDisposable
    {
        public void Dispose()
        {
            if (Volatile.Read(ref session._disposed) != 0) session.MisusedAtEnd();
            Interlocked.Decrement(ref session._uses);
        }
    }

    private void MisusedAtEnd() => ledger.Misuse();
}
