using Apache.Arrow;
using Apache.Arrow.Types;
using FeatureModel.Definitions;
using FeatureModel.PointInTime;
using FeatureModel.Values;

namespace Lake.PointInTime;

/// <summary>
/// Makes the join's columns of those that the engine gives: first the spine's, then the moment, request inputs, and for each view the event time and the needed values. Used by one thread.
/// </summary>
internal sealed class JoinShape
{
    private static readonly TimestampType Moment = new(TimeUnit.Microsecond, "UTC");

    private readonly PointInTimeService _service;
    private readonly IReadOnlyList<JoinView> _views;
    private readonly int _momentAt;
    private readonly int[] _timeAt;
    private readonly List<(string Name, Func<RecordBatch, IArrowArray> Make, Func<Schema, IArrowType> Type)> _columns = [];
    private readonly PointInTimeRow[] _rows;
    private readonly FeatureValue[] _inputs;
    private Schema? _schema;

    /// <exception cref="JoinException">Two columns would have one name.</exception>
    public JoinShape(JoinRequest request, PointInTimeService service, IReadOnlyList<JoinView> views, IReadOnlyList<string> spine)
    {
        (_service, _views, _momentAt) = (service, views, spine.Count);
        _timeAt = new int[views.Count];
        var at = spine.Count + 1 + service.Inputs.Count;
        for (var v = 0; v < views.Count; v++)
        {
            _timeAt[v] = at;
            at += 1 + views[v].Needed.Count;
        }
        _rows = [.. views.Select(v => new PointInTimeRow(PointInTimeStatus.Present, 0, new FeatureValue[v.View.Definition.Features.Count]))];
        _inputs = new FeatureValue[service.Inputs.Count];
        for (var i = 0; i < spine.Count; i++) AddGiven(spine[i], i);
        foreach (var feature in service.Features) Add(request, feature);
        if (request.WithStatus)
        {
            for (var v = 0; v < views.Count; v++) AddStatus(v);
        }
        var twice = _columns.GroupBy(c => c.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1);
        if (twice is null) return;
        var rule = spine.Contains(twice.Key) ? "the spine has a column of that name" : "features of several views have that name";
        throw new JoinException($"column '{twice.Key}' would stand twice: {rule}; {(request.ShortNames ? "ask for full names, view__feature" : "rename the spine's column")}");
    }

    /// <summary>The join's columns, given the engine's.</summary>
    public Schema Schema(Schema engine) => _schema ??= new Schema([.. _columns.Select(c => new Field(c.Name, c.Type(engine), true))], null);

    /// <summary>The join's rows. The engine's batch goes into it, or goes.</summary>
    public RecordBatch Shape(RecordBatch batch)
    {
        var arrays = _columns.Select(c => c.Make(batch)).ToList();
        var kept = arrays.SelectMany(a => a.Data.Buffers).ToHashSet();
        for (var i = 0; i < batch.ColumnCount; i++)
        {
            if (!arrays.Contains(batch.Column(i)) && !batch.Column(i).Data.Buffers.Any(kept.Contains)) batch.Column(i).Dispose();
        }
        return new RecordBatch(Schema(batch.Schema), arrays, batch.Length);
    }

    private void AddGiven(string name, int place) => _columns.Add((name, b => b.Column(place), s => s.GetFieldByIndex(place).DataType));

    private void Add(JoinRequest request, PointInTimeFeature feature)
    {
        var (reference, type) = (feature.Reference, feature.Type);
        var name = request.ShortNames ? reference.Feature : $"{reference.View}__{reference.Feature}";
        var view = _views.ToList().FindIndex(v => v.Name == reference.View);
        if (view < 0)
        {
            _columns.Add((name, b => Computed(b, reference, type), _ => FeatureColumn.TypeOf(type)));
            return;
        }
        var place = _views[view].View.Definition.Features.FindIndex(f => f.Name == reference.Feature);
        AddGiven(name, _timeAt[view] + 1 + _views[view].Needed.ToList().IndexOf(place));
    }

    private void AddStatus(int view)
    {
        var (at, ttl) = (_timeAt[view], _views[view].View.TtlMicros);
        _columns.Add(($"{_views[view].Name}__event_timestamp", b => AsMoments(b.Column(at)), _ => Moment));
        _columns.Add(($"{_views[view].Name}__status", b => Statuses((Int64Array)b.Column(at), (Int64Array)b.Column(_momentAt), ttl), _ => StringType.Default));
    }

    private static IArrowArray AsMoments(IArrowArray micros)
    {
        var data = micros.Data;
        return ArrowArrayFactory.BuildArray(new ArrayData(Moment, data.Length, data.NullCount, data.Offset, data.Buffers));
    }

    private static StringArray Statuses(Int64Array times, Int64Array moments, long ttl)
    {
        var builder = new StringArray.Builder();
        for (var row = 0; row < times.Length; row++)
        {
            builder.Append(times.IsNull(row) ? "NOT_FOUND" : moments.Values[row] - times.Values[row] > ttl ? "OUTSIDE_MAX_AGE" : "PRESENT");
        }
        return builder.Build();
    }

    private IArrowArray Computed(RecordBatch batch, FeatureReference reference, FeatureDataType type)
    {
        var column = new FeatureColumn(type);
        var moments = (Int64Array)batch.Column(_momentAt);
        for (var row = 0; row < batch.Length; row++)
        {
            Fill(batch, row);
            column.Add(moments.IsNull(row) ? FeatureValue.Null : _service.Evaluate(reference, _rows, _inputs, moments.Values[row]));
        }
        return column.Take();
    }

    private void Fill(RecordBatch batch, int row)
    {
        for (var v = 0; v < _views.Count; v++)
        {
            for (var i = 0; i < _views[v].Needed.Count; i++)
            {
                var feature = _views[v].Needed[i];
                _rows[v].Values[feature] = ArrowFeature.Get(batch.Column(_timeAt[v] + 1 + i), _views[v].TypeOf(feature), row);
            }
        }
        for (var i = 0; i < _inputs.Length; i++)
        {
            FeatureDataTypes.TryParse(_service.Inputs[i].Type, out var type);
            _inputs[i] = ArrowFeature.Get(batch.Column(_momentAt + 1 + i), type, row);
        }
    }
}
