using Appliance.Host.Cli.Files;
using Appliance.Host.Rest.Features;
using FeatureModel.Events;

namespace Appliance.Host.Cli.Events;

/// <summary>Events of a table of comma-separated values, a row each. Owned by one thread.</summary>
internal sealed class CsvEventReader : IEventReader
{
    private const int None = -1;

    private readonly CsvTable _table;
    private readonly RowShape _shape;
    private readonly EventDraftBuilder _event;
    private readonly (KeyColumn Key, int At)[] _keys;
    private readonly (FieldColumn Field, int At)[] _fields;
    private readonly int _time;
    private readonly int _type;
    private readonly int _id;
    private readonly int _created;

    /// <exception cref="InputException">The file has not the columns that it needs.</exception>
    public CsvEventReader(string path, RowShape shape)
    {
        _shape = shape;
        _table = CsvTable.Open(path);
        try
        {
            _time = shape.TimeColumn is { } time ? _table.Require(time, "the event time") : None;
            _type = shape.TypeColumn is { } type ? _table.Require(type, "the event's type") : None;
            _id = shape.IdColumn is { } id ? _table.Require(id, "the id") : None;
            _created = shape.CreatedColumn is { } created ? _table.Find(created) : None;
            _keys = [.. shape.Keys.Select(k => (k, _table.Find(k.Column))).Where(k => k.Item2 >= 0)];
            if (!shape.HasWholeKey(name => Array.Exists(_keys, k => k.Key.JoinKey == name)))
            {
                throw new InputException($"{path}: there is no column for the entity: it must have {shape.KeysInWords()}; the columns are {string.Join(", ", _table.Header)}");
            }
            _fields = [.. shape.Fields.Select(f => (f, _table.Find(f.Name))).Where(f => f.Item2 >= 0)];
            foreach (var required in shape.RequiredFields) _table.Require(required, "the feature of that name");
        }
        catch
        {
            _table.Dispose();
            throw;
        }
        _event = new EventDraftBuilder(shape);
    }

    public string Path => _table.Path;

    public int Line => _table.Line;

    public LineFault? Fault { get; private set; }

    public IEnumerable<string> Notes
    {
        get
        {
            var leftOut = _table.Header.Where((name, c) =>
                c != _time && c != _type && c != _id && c != _created && !Array.Exists(_keys, k => k.At == c) && !Array.Exists(_fields, f => f.At == c)).ToList();
            var missing = _shape.Fields.Where(f => _table.Find(f.Name) < 0).Select(f => f.Name).ToList();
            if (leftOut.Count > 0) yield return $"{Path}: columns that source '{_shape.Source}' does not declare are left out: {string.Join(", ", leftOut)}";
            if (missing.Count > 0) yield return $"{Path}: source '{_shape.Source}' has fields that the file has no column for: {string.Join(", ", missing)}";
        }
    }

    public LineStatus Read(EventRecordBuffer records)
    {
        var status = _table.Read();
        if (status == LineStatus.Wrong) Fault = _table.Fault;
        if (status != LineStatus.Read) return status;
        _event.Begin();
        Fault = ReadEnvelope() ?? ReadKeys() ?? ReadFields();
        if (Fault is null && _event.AddTo(records) is { } rule) Fault = new(Path, Line, null, null, rule);
        return Fault is null ? LineStatus.Read : LineStatus.Wrong;
    }

    public void Dispose()
    {
        _event.Dispose();
        _table.Dispose();
    }

    private LineFault? ReadEnvelope()
    {
        if (_time >= 0)
        {
            if (!FrameTime.TryRead(_table[_time], out var time)) return _table.FaultOf(_time, $"it {FrameTime.Rule}");
            _event.Time = time;
        }
        if (_created >= 0 && !_table.IsAbsent(_created))
        {
            if (!FrameTime.TryRead(_table[_created], out var created)) return _table.FaultOf(_created, $"it {FrameTime.Rule}");
            _event.Created = created;
        }
        if (_type >= 0 && _event.SetType(_table[_type]) is { } wrongType) return _table.FaultOf(_type, wrongType);
        return _id >= 0 && !_table.IsAbsent(_id) && _event.SetId(_table[_id]) is { } wrongId ? _table.FaultOf(_id, wrongId) : null;
    }

    // An event need not concern every view of its source: a key without a value is left out, but one view's must be whole.
    private LineFault? ReadKeys()
    {
        foreach (var (key, at) in _keys)
        {
            if (!_table.IsAbsent(at) && _event.AddKey(key, _table[at]) is { } rule) return _table.FaultOf(at, rule);
        }
        return _shape.HasWholeKey(_event.HasKey) ? null : new(Path, Line, _keys[0].Key.Column, null, $"the entity must have {_shape.KeysInWords()}");
    }

    private LineFault? ReadFields()
    {
        foreach (var (field, at) in _fields)
        {
            if (_table.IsAbsent(at))
            {
                // A row says of every feature that it has no value; what an event does not know it leaves out.
                if (_shape.RequiredFields.Contains(field.Name)) _event.Data.WriteNull(field.Name);
                continue;
            }
            _event.Data.WritePropertyName(field.Name);
            if (CellWriter.Write(_event.Data, _table[at], field.Type, field.Dimension) is { } rule) return _table.FaultOf(at, rule);
        }
        return null;
    }
}
