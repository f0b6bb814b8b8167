namespace Appliance.Features.Store;

/// <summary>
/// Clears the rest of a page when the first record is put on it, for one round of the log's circle of pages after a recovery: FASTER leaves pages there
/// that it read to rebuild the index, and takes bytes behind a page's last record for records unless they are zero. Owned by the writer's session.
/// </summary>
internal sealed unsafe class PageSweep(int pageBits, long tail, int bufferPages)
{
    private readonly long _untilPage = (tail >> pageBits) + bufferPages + 1;
    private readonly int _pageBytes = 1 << pageBits;

    /// <summary>FASTER has cleared the page of the tail itself.</summary>
    private long _page = (tail & ((1L << pageBits) - 1)) == 0 ? (tail >> pageBits) - 1 : tail >> pageBits;

    /// <summary>Called for each record, with the memory of its value.</summary>
    public void Put(long address, int keyBytes, byte* value, int valueBytes)
    {
        var page = address >> pageBits;
        if (page == _page) return;
        _page = page;
        if (page > _untilPage) return;
        var end = (int)(address & (_pageBytes - 1)) + StoreWriter.RecordBytes(keyBytes, valueBytes);
        var rest = (byte*)(((nint)value + valueBytes + 7) & ~7);
        new Span<byte>(rest, _pageBytes - end).Clear();
    }
}
