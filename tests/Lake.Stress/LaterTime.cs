namespace Lake.Stress;

/// <summary>The system's time, and as much later.</summary>
/// <param name="later">How much.</param>
internal sealed class LaterTime(TimeSpan later) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + later;
}
