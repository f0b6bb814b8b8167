using System.Runtime.InteropServices;
using System.Text.Json;
using Appliance.Features.Ingest;
using Appliance.Host.Cli.Files;
using Appliance.Host.Rest.Features;
using FeatureModel.Events;
using FeatureModel.Values;

namespace Appliance.Host.Cli.Events;

/// <summary>Takes a line that is one JSON object, whose members are columns, for the event of its row. Reused; owned by one thread.</summary>
/// <param name="lines">Its current line is taken; closed by its owner.</param>
internal sealed class JsonRowParser(JsonLines lines, RowShape shape) : IDisposable
{
    private readonly EventDraftBuilder _row = new(shape);

    /// <summary>Adds the record, or says what is wrong with the line.</summary>
    public LineFault? AddTo(EventRecordBuffer records)
    {
        try
        {
            using var document = JsonDocument.Parse(lines.Memory);
            var line = document.RootElement;
            if (line.ValueKind != JsonValueKind.Object) return Wrong(null, null, "the line must hold one JSON object");
            _row.Begin();
            if ((ReadTime(line) ?? ReadCreated(line) ?? ReadType(line) ?? ReadId(line) ?? ReadKeys(line) ?? ReadFields(line)) is { } fault) return fault;
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

    public void Dispose() => _row.Dispose();

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

    private LineFault? ReadType(JsonElement line)
    {
        if (shape.TypeColumn is not { } column) return null;
        if (!line.TryGetProperty(column, out var value)) return Wrong(column, null, "it is missing; every row must have its event's type");
        if (value.ValueKind != JsonValueKind.String) return Wrong(column, value, "it must be text");
        return _row.SetType(value.GetString()!) is { } rule ? Wrong(column, value, rule) : null;
    }

    // A number is an id by its digits, as it is in a table.
    private LineFault? ReadId(JsonElement line)
    {
        if (shape.IdColumn is not { } column) return null;
        if (!line.TryGetProperty(column, out var value)) return Wrong(column, null, "it is missing; every row must have its id, or null for none");
        if (value.ValueKind == JsonValueKind.Null) return null;
        if (value.ValueKind is not (JsonValueKind.String or JsonValueKind.Number)) return Wrong(column, value, "it must be text or a number");
        return _row.SetId(value.ToString()) is { } rule ? Wrong(column, value, rule) : null;
    }

    // An event need not concern every view of its source: a key without a value is left out, but one view's must be whole.
    private LineFault? ReadKeys(JsonElement line)
    {
        foreach (var key in shape.Keys)
        {
            if (!line.TryGetProperty(key.Column, out var value) || value.ValueKind == JsonValueKind.Null) continue;
            var kind = key.Type == FeatureDataType.String ? JsonValueKind.String : JsonValueKind.Number;
            if (value.ValueKind != kind) return Wrong(key.Column, value, $"it must be {key.Type.Name()}, as join key '{key.JoinKey}' is");
            if (_row.AddKey(key, value.ToString()) is { } rule) return Wrong(key.Column, value, rule);
        }
        if (shape.HasWholeKey(_row.HasKey)) return null;
        return shape.KeySets.Count == 1
            ? Wrong(shape.Keys.First(k => !_row.HasKey(k.JoinKey)).Column, null, "it is missing; every row must have its key")
            : Wrong(null, null, $"the entity must have {shape.KeysInWords()}");
    }

    private LineFault? ReadFields(JsonElement line)
    {
        foreach (var field in shape.Fields)
        {
            if (!line.TryGetProperty(field.Name, out var value))
            {
                if (shape.RequiredFields.Contains(field.Name)) return Wrong(field.Name, null, "it is missing; a row must have every feature of the views that it goes to, or null for it");
                continue;
            }
            var raw = JsonMarshal.GetRawUtf8Value(value);
            var reader = new Utf8JsonReader(raw);
            reader.Read();
            if (JsonValueReader.Read(ref reader, field.Type, out var read) is not null)
            {
                _row.Data.WritePropertyName(field.Name);
                if (FrameValue.TryWrite(_row.Data, value, field.Type)) continue;
                return Wrong(field.Name, value, CellWriter.RuleOf(field.Type));
            }
            if (CellWriter.CheckLength(read, field.Dimension) is { } length) return Wrong(field.Name, value, length);
            // A row says of every feature that it has no value; what an event does not know it leaves out.
            if (read.IsNull && !shape.RequiredFields.Contains(field.Name)) continue;
            _row.Data.WritePropertyName(field.Name);
            _row.Data.WriteRawValue(raw, skipInputValidation: true);
        }
        return null;
    }

    private LineFault Wrong(string column, JsonElement value, string rule) => Wrong(column, value.GetRawText(), rule);

    private LineFault Wrong(string? column, string? value, string rule) => new(lines.Path, lines.Line, column, value, rule);
}
