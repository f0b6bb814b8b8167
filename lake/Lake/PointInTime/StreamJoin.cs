using Apache.Arrow;
using Apache.Arrow.Types;
using FeatureModel.Values;
using FeatureModel.Windows;
using Lake.Query;
using Lake.Query.Output;

namespace Lake.PointInTime;

/// <summary>
/// Recomputes a stream view's features at the moments of a spine from its events: each entity's events pass once, its moments read between them. Holds one entity's panes and some
/// batches. Used by one thread.
/// </summary>
internal sealed class StreamJoin
{
    /// <summary>Rows that are written at once. 65,536: as large as the batches of table files.</summary>
    private const int BatchRows = 65_536;

    private readonly JoinView _view;
    private readonly StreamEvents _events;
    private readonly EntityWindows _windows;
    private readonly FeatureColumn[] _columns;
    private readonly FeatureColumn _rows = new(FeatureDataType.Int64), _times = new(FeatureDataType.Int64);
    private readonly Schema _schema;
    private readonly byte[][] _entity;
    private int _waiting;
    private long _order;

    public StreamJoin(JoinView view)
    {
        _view = view;
        var compiled = WindowPlan.Compile(view.View.Definition, view.Source);
        var plan = compiled.Plan ?? throw new JoinException(compiled.Errors[0]);
        (_events, _windows) = (new StreamEvents(view, plan), new EntityWindows(plan));
        _columns = [.. view.Needed.Select(f => new FeatureColumn(plan.TypeOf(f)))];
        _entity = new byte[view.Keys.Count][];
        _schema = new Schema([new Field("n", Int64Type.Default, true), new Field("t", Int64Type.Default, true),
            .. view.Needed.Select((f, i) => new Field(JoinView.At("v", i), FeatureColumn.TypeOf(plan.TypeOf(f)), true))], null);
    }

    /// <summary>The query whose rows <see cref="RunAsync"/> takes.</summary>
    public string Sql(string spine, bool createdByThen) => StreamHistory.Sql(_view, _events.Fields, spine, createdByThen);

    /// <summary>Writes, for each moment that has an event, a row of (<c>n</c>, <c>t</c> the newest event time, values) to a Parquet file.</summary>
    /// <param name="merged">Rows of <see cref="Sql"/>.</param>
    /// <param name="path">The file.</param>
    /// <param name="progress">Told how many events and moments have passed; null for no one.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task RunAsync(QueryRows merged, string path, IProgress<long>? progress, CancellationToken cancellation)
    {
        await using var file = File.Create(path);
        await using var writer = RowWriters.Create(RowFormat.Parquet, _schema, file);
        var passed = 0L;
        await foreach (var batch in merged.ReadAsync(cancellation))
        {
            using (batch)
            {
                for (var row = 0; row < batch.Length; row++) Pass(batch, row);
                passed += batch.Length;
            }
            progress?.Report(passed);
            if (_waiting >= BatchRows) await FlushAsync(writer, cancellation);
        }
        await FlushAsync(writer, cancellation);
        await writer.FinishAsync(cancellation);
    }

    private void Pass(RecordBatch batch, int row)
    {
        if (IsOther(batch, row))
        {
            _windows.Clear();
            _order = 0;
        }
        var time = ((Int64Array)batch.Column(StreamHistory.TimeAt)).Values[row];
        var rows = (Int64Array)batch.Column(StreamHistory.RowAt);
        if (!rows.IsNull(row))
        {
            Tell(rows.Values[row], time);
            return;
        }
        var at = StreamHistory.KeysAt + _view.Keys.Count;
        _events.Begin(ArrowFeature.Get(batch.Column(at), FeatureDataType.String, row), time, _order++);
        for (var i = 0; i < _events.Fields.Count; i++)
        {
            var field = _events.Fields[i];
            _events.Set(field, ArrowFeature.Get(batch.Column(at + 1 + i), StreamHistory.TypeOf(_view, field), row));
        }
        _windows.Apply(_events.Current);
    }

    // Rows come entity by entity.
    private bool IsOther(RecordBatch batch, int row)
    {
        var other = false;
        for (var i = 0; i < _entity.Length; i++)
        {
            var key = KeyBytes(batch.Column(StreamHistory.KeysAt + i), row);
            if (_entity[i] is { } before && key.SequenceEqual(before)) continue;
            _entity[i] = key.ToArray();
            other = true;
        }
        return other;
    }

    private static ReadOnlySpan<byte> KeyBytes(IArrowArray keys, int row) =>
        keys is StringArray texts ? texts.GetBytes(row) : System.Runtime.InteropServices.MemoryMarshal.AsBytes(((Int64Array)keys).Values.Slice(row, 1));

    private void Tell(long spineRow, long moment)
    {
        // An entity without an event has no row, and no count of 0 either.
        if (_windows.Newest == long.MinValue) return;
        var values = _windows.Read(moment);
        _rows.Add(FeatureValue.Of(spineRow));
        _times.Add(FeatureValue.Of(_windows.Newest));
        for (var i = 0; i < _columns.Length; i++) _columns[i].Add(values[_view.Needed[i]]);
        _waiting++;
    }

    private async Task FlushAsync(IRowWriter writer, CancellationToken cancellation)
    {
        if (_waiting == 0) return;
        var (count, rows, times) = (_waiting, _rows.Take(), _times.Take());
        _waiting = 0;
        using var batch = new RecordBatch(_schema, [rows, times, .. _columns.Select(c => c.Take())], count);
        await writer.WriteAsync(batch, cancellation);
    }
}
