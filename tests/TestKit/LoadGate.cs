namespace TestKit;

/// <summary>Holds the loads of one version until the test lets them go on. Thread-safe.</summary>
public sealed class LoadGate
{
    // Only a broken test waits this long: it then fails instead of hanging.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly SemaphoreSlim _entered = new(0);
    private readonly SemaphoreSlim _permits = new(0);

    /// <summary>Waits until a load is held here.</summary>
    public async Task EnteredAsync(CancellationToken cancellation)
    {
        if (!await _entered.WaitAsync(Patience, cancellation)) throw new TimeoutException("no load begins");
    }

    /// <summary>Lets one load go on.</summary>
    public void Release() => _permits.Release();

    internal void Pass()
    {
        _entered.Release();
        if (!_permits.Wait(Patience)) throw new TimeoutException("nobody lets the load go on");
    }
}
