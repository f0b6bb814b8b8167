namespace Appliance.Host.Security.Keys;

/// <summary>
/// A bucket of requests that fills at a steady rate and holds one second's worth, kept as the one time at which it would be full again: whoever
/// takes a request moves that time on. Thread-safe, without a lock.
/// </summary>
internal sealed class RequestBudget(int requestsPerSecond, TimeProvider time)
{
    // Both in the clock's units.
    private readonly long _cost = Math.Max(1, time.TimestampFrequency / requestsPerSecond);
    private readonly long _capacity = time.TimestampFrequency;
    private long _fullAt = time.GetTimestamp();

    public int RequestsPerSecond => requestsPerSecond;

    /// <summary>Takes a request out. False: there is none, and <paramref name="wait"/> is when there will be one.</summary>
    public bool TryTake(out TimeSpan wait)
    {
        var now = time.GetTimestamp();
        while (true)
        {
            var fullAt = Volatile.Read(ref _fullAt);
            var next = Math.Max(fullAt, now) + _cost;
            if (next - now > _capacity)
            {
                wait = time.GetElapsedTime(now, next - _capacity);
                return false;
            }
            if (Interlocked.CompareExchange(ref _fullAt, next, fullAt) != fullAt) continue;
            wait = TimeSpan.Zero;
            return true;
        }
    }
}
