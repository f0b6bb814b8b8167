using Lake.Scan;

namespace Lake.Write;

/// <summary>A data file and those of its rows that a change deletes: a bit a row. Used by one thread.</summary>
internal sealed class MarkedFile(FileScanTask task)
{
    private readonly ulong[] _bits = new ulong[(task.File.RecordCount + 63) / 64];

    public FileScanTask Task => task;

    /// <summary>Marked rows.</summary>
    public long Count { get; private set; }

    /// <summary>Rows that no earlier delete took; known once the file was read.</summary>
    public long Alive { get; set; }

    /// <summary>Whether no row of it stays.</summary>
    public bool IsWhole => Count == Alive;

    public void Mark(long position)
    {
        var bit = 1UL << (int)(position & 63);
        if ((_bits[position >> 6] & bit) != 0) return;
        _bits[position >> 6] |= bit;
        Count++;
    }

    public bool IsMarked(long position) => (_bits[position >> 6] & (1UL << (int)(position & 63))) != 0;

    /// <summary>Marked rows, lowest first.</summary>
    public IEnumerable<long> Positions()
    {
        for (var position = 0L; position < task.File.RecordCount; position++)
        {
            if (_bits[position >> 6] == 0) position |= 63;
            else if (IsMarked(position)) yield return position;
        }
    }
}
