namespace Appliance.Scoring.Traffic.Rollouts;

/// <summary>Notices that the world's clock was set, by the time that passed meanwhile. Not thread-safe.</summary>
internal sealed class ClockWatch(TimeProvider time)
{
    // More than a clock that is steered gains between two looks.
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(5);

    private DateTimeOffset _utc = time.GetUtcNow();
    private long _timestamp = time.GetTimestamp();

    /// <summary>By how much the clock was set since the last look, or since the start; zero where it was not.</summary>
    public TimeSpan Look()
    {
        var (utc, timestamp) = (time.GetUtcNow(), time.GetTimestamp());
        var jump = utc - _utc - time.GetElapsedTime(_timestamp, timestamp);
        (_utc, _timestamp) = (utc, timestamp);
        return jump.Duration() < Least ? TimeSpan.Zero : jump;
    }
}
