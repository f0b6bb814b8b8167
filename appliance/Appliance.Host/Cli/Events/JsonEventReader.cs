using System.Text;
using System.Text.Json;
using Appliance.Host.Cli.Files;
using FeatureModel.Events;

namespace Appliance.Host.Cli.Events;

/// <summary>
/// Events of a file that has a JSON object a line: one with an object <c>entity</c> is an event as POST /api/events takes it, any other a row whose members
/// are the columns. Owned by one thread.
/// </summary>
internal sealed class JsonEventReader : IEventReader
{
    private readonly JsonLines _lines;
    private readonly string? _source;
    private readonly JsonRowParser? _row;

    /// <param name="source">What every event must have as its source; null for any.</param>
    /// <param name="shape">What rows are; null where every line must be an event.</param>
    public JsonEventReader(string path, string? source, RowShape? shape)
    {
        (_lines, _source) = (new JsonLines(path), source);
        if (shape is not null) _row = new JsonRowParser(_lines, shape);
    }

    public string Path => _lines.Path;

    public int Line => _lines.Line;

    public LineFault? Fault { get; private set; }

    public IEnumerable<string> Notes => [];

    public LineStatus Read(EventRecordBuffer records)
    {
        var status = _lines.Read();
        if (status == LineStatus.End) return status;
        Fault = status == LineStatus.Wrong ? _lines.Fault
            : _row is not null && IsRow(_lines.Bytes) ? _row.AddTo(records)
            : ReadEvent(records);
        return Fault is null ? LineStatus.Read : LineStatus.Wrong;
    }

    public void Dispose()
    {
        _row?.Dispose();
        _lines.Dispose();
    }

    // A row may have a column of that name, but no object in it. What is no object is told by whoever reads events.
    private static bool IsRow(ReadOnlySpan<byte> line)
    {
        var json = new Utf8JsonReader(line);
        try
        {
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject) return false;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var isEntity = json.ValueTextEquals("entity"u8);
                json.Read();
                if (isEntity && json.TokenType == JsonTokenType.StartObject) return false;
                json.Skip();
            }
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private LineFault? ReadEvent(EventRecordBuffer records)
    {
        var before = records.Bytes.Length;
        var count = records.Count;
        if (!records.TryAddJson(_lines.Bytes, EventLimits.Default, 0, out var rejection))
        {
            return Wrong(rejection!.Member.Length == 0 ? null : rejection.Member, rejection.Value.Length == 0 ? null : rejection.Value, $"it {rejection.Rule}");
        }
        if (records.Count != count + 1) return Wrong(null, null, "the line must hold one event");
        EventRecord.TryParse(records.Bytes[before..], out var record);
        var from = Encoding.UTF8.GetString(record.Source);
        return _source is null || from == _source ? null : Wrong("source", from, $"it must be '{_source}', as --source says");
    }

    private LineFault Wrong(string? member, string? value, string rule) => new(Path, Line, member, value, rule);
}
