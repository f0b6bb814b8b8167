namespace Appliance.Features.Journal;

/// <summary>
/// Decides how many of the oldest files go: those whose every record is too old, and those past the bytes that are kept; none that a
/// registered reader has not passed, none that holds an event id still remembered, and never the one that is being written. Pure.
/// </summary>
internal sealed class RetentionPolicy(TimeSpan retainFor, long retainBytes, long segmentBytes)
{
    private readonly long _retainMicroseconds = (long)retainFor.TotalMicroseconds;

    /// <summary>Files to remove, counted from the oldest.</summary>
    public int Decide(RetentionState state)
    {
        var needed = Math.Min(state.SlowestReader, state.OldestRemembered);
        var removable = 0;
        // A file's records are all older than the first of the file after it.
        while (removable < state.Segments.Count - 1)
        {
            var end = (state.Segments[removable].Number + 1L) * segmentBytes;
            var after = state.Segments[removable + 1];
            var tooOld = after.FirstIngestTime <= state.Now - _retainMicroseconds;
            var tooMuch = state.Tail - (state.Segments[removable].Number * segmentBytes) > retainBytes;
            if (end > needed || !(tooOld || tooMuch)) break;
            removable++;
        }
        return removable;
    }
}
