using System.Runtime.InteropServices;
using System.Text.Json;
using Appliance.Features.Ingest;
using Appliance.Host.Cli.Files;
using Appliance.Host.Rest.Features;
using FeatureModel.Events;
using FeatureModel.Values;

namespace Appliance.Host.Cli.Sending;

/// <summary>Rows of a file that has one JSON object a line, whose members are the columns. Owned by one thread.</summary>
internal sealed class JsonRowReader(string path, RowShape shape) : IEventReader
{
    private readonly JsonLines _lines = new(path);
    private readonly EventDraftBuilder _row = new(shape);

    public string Path => _lines.Path;

    public int Line => _lines.Line;

    public LineFault? Fault { get; private set; }

    public IEnumerable<string> Notes => [];

    public LineStatus Read(EventRecordBuffer records)
    {
        var status = _lines.Read();
        if (status == LineStatus.Wrong) Fault = _lines.Fault;
        if (status != LineStatus.Read) return status;
        Fault = ReadLine(records);
        return Fault is null ? LineStatus.Read : LineStatus.Wrong;
    }

    public void Dispose()
    {
        _row.Dispose();
        _lines.Dispose();
    }

    private LineFault? ReadLine(EventRecordBuffer records)
    {
        try
        {
            using var document = JsonDocument.Parse(_lines.Memory);
            var line = document.RootElement;
            if (line.ValueKind != JsonValueKind.Object) return Wrong(null, null, "the line must hold one JSON object");
            _row.Begin();
            if ((ReadTime(line) ?? ReadCreated(line) ?? ReadKeys(line) ?? ReadFields(line)) is { } fault) return fault;
            return _row.AddTo(records) is { } rule ? Wrong(null, null, rule) : null;
        }
        catch (JsonException e)
        {
            return Wrong(null, null, $"the line must be JSON: {e.Message}");
        }
        catch (InvalidOperationException)
        {
            return Wrong(null, null, "the line must hold whole Unicode characters");
        }
    }

    private LineFault? ReadTime(JsonElement line)
    {
        if (shape.TimeColumn is not { } column) return null;
        if (!line.TryGetProperty(column, out var value)) return Wrong(column, null, "it is missing; every row must have its event time");
        if (!FrameTime.TryRead(value, out var time)) return Wrong(column, value, $"it {FrameTime.Rule}");
        _row.Time = time;
        return null;
    }

    private LineFault? ReadCreated(JsonElement line)
    {
        if (shape.CreatedColumn is not { } column || !line.TryGetProperty(column, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        if (!FrameTime.TryRead(value, out var created)) return Wrong(column, value, $"it {FrameTime.Rule}");
        _row.Created = created;
        return null;
    }

    private LineFault? ReadKeys(JsonElement line)
    {
        foreach (var key in shape.Keys)
        {
            if (!line.TryGetProperty(key.Column, out var value)) return Wrong(key.Column, null, "it is missing; every row must have its key");
            var kind = key.Type == FeatureDataType.String ? JsonValueKind.String : JsonValueKind.Number;
            if (value.ValueKind != kind) return Wrong(key.Column, value, $"it must be {key.Type.Name()}, as join key '{key.JoinKey}' is");
            var text = kind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
            if (_row.AddKey(key, text) is { } rule) return Wrong(key.Column, value, rule);
        }
        return null;
    }

    private LineFault? ReadFields(JsonElement line)
    {
        foreach (var field in shape.Fields)
        {
            if (!line.TryGetProperty(field.Name, out var value))
            {
                if (shape.RequiredFields.Contains(field.Name)) return Wrong(field.Name, null, "it is missing; a row must have every feature of the view, or null for it");
                continue;
            }
            var raw = JsonMarshal.GetRawUtf8Value(value);
            var reader = new Utf8JsonReader(raw);
            reader.Read();
            if (JsonValueReader.Read(ref reader, field.Type, out _) is not null) return Wrong(field.Name, value, CellWriter.RuleOf(field.Type));
            if (value.ValueKind == JsonValueKind.Null) continue;
            _row.Data.WritePropertyName(field.Name);
            _row.Data.WriteRawValue(raw, skipInputValidation: true);
        }
        return null;
    }

    private LineFault Wrong(string column, JsonElement value, string rule) => Wrong(column, value.GetRawText(), rule);

    private LineFault Wrong(string? column, string? value, string rule) => new(Path, Line, column, value, rule);
}
