// Hot path: every row of a joined history passes here.
using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Lake.PointInTime.Held;

/// <summary>
/// A batch view at a spine's moments: of each moment the best of the rows of history that come to count between the moment before and it, then of all up to it. Rows of history come
/// once, in the order in which they were written. Used by one thread.
/// </summary>
internal sealed class HeldView
{
    /// <summary>The event time of a place that has no row.</summary>
    private const long None = long.MinValue;

    private readonly JoinView _view;
    private readonly SpineMoments _moments;
    private readonly bool _createdByThen;
    private readonly KeyReader _keys;
    private readonly long[] _times;

    // Settles equal event times; empty where the source does not say.
    private readonly long[] _created;
    private readonly HeldColumn[] _values;
    private int[] _placeOf = [];

    public HeldView(JoinView view, SpineMoments moments, bool createdByThen)
    {
        (_view, _moments, _createdByThen) = (view, moments, createdByThen);
        _keys = new KeyReader([.. Enumerable.Range(0, view.Keys.Count)]);
        _times = new long[moments.Count];
        System.Array.Fill(_times, None);
        _created = new long[view.History.Created is null ? 0 : moments.Count];
        _values = [.. view.Needed.Select(f => new HeldColumn(view.TypeOf(f), moments.Count))];
    }

    /// <summary>Bytes of memory that a moment takes.</summary>
    public static long RowBytes(JoinView view) => (2 * sizeof(long)) + (view.Needed.Count * HeldColumn.ValueBytes);

    /// <summary>The query whose rows <see cref="Apply"/> takes.</summary>
    public string Sql => BatchHistory.WrittenSql(_view);

    public void Apply(RecordBatch batch)
    {
        var places = Places(batch);
        var first = _view.Keys.Count + (_created.Length > 0 ? 2 : 1);
        for (var i = 0; i < _values.Length; i++) _values[i].Set(batch.Column(first + i), places);
    }

    /// <summary>After the last row of history: each moment gets the best of its key's up to it.</summary>
    public void Settle()
    {
        for (var key = 0; key < _moments.Keys; key++)
        {
            var (start, end) = _moments.Of(key);
            for (var place = start + 1; place < end; place++)
            {
                // Rows of equal times come to count at one place, so none of them is before.
                if (IsBetter(place - 1, _times[place], _created.Length > 0 ? _created[place] : long.MinValue)) Copy(place - 1, place);
            }
        }
    }

    /// <summary>The columns of some of the spine's rows: the event time, then the values.</summary>
    /// <param name="row">The first row.</param>
    /// <param name="count">How many.</param>
    /// <param name="keepsStale">Whether values stay that are older than the view's TTL.</param>
    public IReadOnlyList<IArrowArray> Columns(int row, int count, bool keepsStale)
    {
        var places = _moments.Places(row, count);
        var shown = new int[count];
        var (times, validity, nulls) = (new byte[count * sizeof(long)], new byte[BitUtility.ByteCount(count)], 0);
        var timeOf = MemoryMarshal.Cast<byte, long>(times.AsSpan());
        for (var i = 0; i < count; i++)
        {
            var time = places[i] < 0 ? None : _times[places[i]];
            shown[i] = time == None || (!keepsStale && _moments.Moment(places[i]) - time > _view.View.TtlMicros) ? -1 : places[i];
            if (time == None)
            {
                nulls++;
                continue;
            }
            timeOf[i] = time;
            BitUtility.SetBit(validity, i);
        }
        var column = ArrowArrayFactory.BuildArray(new ArrayData(Int64Type.Default, count, nulls, 0, [new ArrowBuffer(validity), new ArrowBuffer(times)]));
        return [column, .. _values.Select(v => v.Take(shown))];
    }

    // Where each row goes that is the best of its place so far, with its time set; -1 for others. Valid until the next call.
    private ReadOnlySpan<int> Places(RecordBatch batch)
    {
        var keys = _moments.Find(batch, _keys);
        if (_placeOf.Length < keys.Length) _placeOf = new int[keys.Length];
        var times = (Int64Array)batch.Column(_view.Keys.Count);
        var created = _created.Length > 0 ? (Int64Array)batch.Column(_view.Keys.Count + 1) : null;
        // Taken once: each is a cast and a slice of the array's bytes.
        ReadOnlySpan<long> timeOf = times.Values, createdOf = created is null ? default : created.Values;
        var mayLackTimes = times.NullCount != 0;
        for (var row = 0; row < keys.Length; row++)
        {
            _placeOf[row] = -1;
            if (keys[row] < 0 || (mayLackTimes && times.IsNull(row))) continue;
            var (time, made) = (timeOf[row], long.MinValue);
            if (created is not null && !created.IsNull(row)) made = createdOf[row];
            else if (created is not null && _createdByThen) continue;
            var place = _moments.First(keys[row], _createdByThen ? Math.Max(time, made) : time);
            if (place < 0 || IsBetter(place, time, made)) continue;
            _placeOf[row] = place;
            _times[place] = time;
            if (_created.Length > 0) _created[place] = made;
        }
        return _placeOf.AsSpan(0, keys.Length);
    }

    // Of equal rows the later is the better one.
    private bool IsBetter(int place, long time, long made) =>
        _times[place] != time ? _times[place] > time : _created.Length > 0 && time != None && _created[place] > made;

    private void Copy(int from, int to)
    {
        _times[to] = _times[from];
        if (_created.Length > 0) _created[to] = _created[from];
        foreach (var values in _values) values.Copy(from, to);
    }
}
