namespace Appliance.Features.Journal;

/// <summary>How positions fall on pages and files. Immutable.</summary>
internal sealed class JournalLayout(int pageBytes, long segmentBytes)
{
    public int PageBytes => pageBytes;

    public long SegmentBytes => segmentBytes;

    public int SegmentOf(long position) => (int)(position / segmentBytes);

    public long OffsetOf(long position) => position % segmentBytes;

    /// <summary>Where the page after the position's begins.</summary>
    public long NextPage(long position) => (position & -(long)pageBytes) + pageBytes;

    /// <summary>Where the first record of the position's page stands: FASTER keeps the first bytes of all for itself.</summary>
    public long PageStart(long position) => Math.Max(position & -(long)pageBytes, JournalFrame.FirstPosition);

    /// <summary>The position itself where a page begins there, else where the next one does.</summary>
    public long PageFrom(long position) => NextPage(position - 1);

    /// <summary>The first record of a file: FASTER keeps the first bytes of all for itself.</summary>
    public long StartOf(int segment) => Math.Max(segment * segmentBytes, JournalFrame.FirstPosition);
}
