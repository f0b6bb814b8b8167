// Hot path: once for each row of a history.
using Apache.Arrow;

namespace Lake.PointInTime.Held;

/// <summary>
/// A spine's moments by key, each key's in their order. A place is that of one row among all of them; rows without a key or a moment have none. First all rows are added, then it is
/// sorted, then read. Used by one thread.
/// </summary>
/// <param name="keys">Places of the keys' columns in the spine's batches.</param>
internal sealed class SpineMoments(IReadOnlyList<int> keys)
{
    /// <summary>Bytes of memory that a row takes, its key apart.</summary>
    public const int RowBytes = 36;

    private readonly KeyIndex _keys = new();
    private readonly KeyReader _reader = new(keys);
    private List<int> _keyOfRow = [];
    private List<long> _momentOfRow = [];
    private int[] _starts = [];
    private int[] _places = [];
    private long[] _moments = [];

    // Of each key the place that was found last.
    private int[] _near = [];

    /// <summary>Places there are.</summary>
    public int Count => _moments.Length;

    public int Keys => _keys.Count;

    public long KeyBytes => _keys.Bytes;

    public void Add(RecordBatch batch, int momentAt)
    {
        var numbers = _reader.Add(batch, _keys);
        var moments = (Int64Array)batch.Column(momentAt);
        var momentOf = moments.Values;
        var hasNulls = moments.NullCount > 0;
        for (var row = 0; row < numbers.Length; row++)
        {
            var counts = numbers[row] >= 0 && !(hasNulls && moments.IsNull(row));
            _keyOfRow.Add(counts ? numbers[row] : -1);
            _momentOfRow.Add(counts ? momentOf[row] : 0);
        }
    }

    public void Sort()
    {
        _starts = new int[_keys.Count + 1];
        foreach (var key in _keyOfRow)
        {
            if (key >= 0) _starts[key + 1]++;
        }
        for (var key = 0; key < _keys.Count; key++) _starts[key + 1] += _starts[key];
        _moments = new long[_starts[^1]];
        var rows = new int[_moments.Length];
        var next = _starts.AsSpan(0, _keys.Count).ToArray();
        var isSorted = true;
        for (var row = 0; row < _keyOfRow.Count; row++)
        {
            if (_keyOfRow[row] is not (>= 0 and var key)) continue;
            var place = next[key]++;
            (_moments[place], rows[place]) = (_momentOfRow[row], row);
            isSorted &= place == _starts[key] || _moments[place - 1] <= _moments[place];
        }
        for (var key = 0; !isSorted && key < _keys.Count; key++)
        {
            var (start, end) = Of(key);
            _moments.AsSpan(start, end - start).Sort(rows.AsSpan(start, end - start));
        }
        _places = new int[_keyOfRow.Count];
        System.Array.Fill(_places, -1);
        for (var place = 0; place < rows.Length; place++) _places[rows[place]] = place;
        _near = _starts.AsSpan(0, _keys.Count).ToArray();
        (_keyOfRow, _momentOfRow) = ([], []);
    }

    /// <summary>The places of a key: from the first to before the second.</summary>
    public (int Start, int End) Of(int key) => (_starts[key], _starts[key + 1]);

    public long Moment(int place) => _moments[place];

    /// <summary>The number of each row's key; -1 for one that no row of the spine has. Valid until the reader's next call.</summary>
    public ReadOnlySpan<int> Find(RecordBatch batch, KeyReader reader) => reader.Find(batch, _keys);

    /// <summary>The key's first place whose moment is not before that time; -1 where there is none.</summary>
    public int First(int key, long since)
    {
        var (low, end) = Of(key);
        var high = _near[key];
        if (high == low || _moments[high - 1] < since)
        {
            // Histories mostly come in the order of time: from the last place on in steps that grow, which is a step or none.
            low = high;
            for (var step = 1; high < end && _moments[high] < since; step *= 2) (low, high) = (high + 1, Math.Min(high + step, end));
        }
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_moments[middle] < since) low = middle + 1;
            else high = middle;
        }
        _near[key] = low;
        return low < end ? low : -1;
    }

    /// <summary>The places of some of the spine's rows; -1 for a row that has none.</summary>
    public ReadOnlySpan<int> Places(int row, int count) => _places.AsSpan(row, count);
}
