using System.Buffers;

namespace Appliance.Features.Journal;

/// <summary>
/// Tells a position within a record from one where reading may begin: a record's begin, the end of the last one on a page, or a damaged place.
/// It walks the position's page from the start, so it is for positions from outside and not for each read.
/// </summary>
internal static class RecordBoundary
{
    /// <summary>The whole record that the position lies within; null where it lies within none.</summary>
    public static RecordRange? Within(FeatureJournal journal, long position)
    {
        var start = journal.Layout.PageStart(position);
        var end = Math.Min(journal.Layout.NextPage(position), journal.DurablePosition);
        if (position <= start || position >= end || position < journal.OldestPosition) return null;
        var page = ArrayPool<byte>.Shared.Rent((int)(end - start));
        try
        {
            var window = page.AsSpan(0, (int)(end - start));
            window[Math.Max(0, journal.ReadBytes(start, window))..].Clear();
            return Within(new FrameWalk(window, start, journal.Layout.PageBytes, expectedOrdinal: -1), position);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(page);
        }
    }

    private static RecordRange? Within(FrameWalk walk, long position)
    {
        while (walk.NextPosition <= position && walk.Next() is var step && step != FrameStep.End)
        {
            if (step == FrameStep.Record && walk.Position < position && position < walk.NextPosition) return new RecordRange(walk.Position, walk.NextPosition);
        }
        return null;
    }
}
