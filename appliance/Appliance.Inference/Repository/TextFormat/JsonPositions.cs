using System.Text.Json;
using Google.Protobuf.Reflection;

namespace Appliance.Inference.Repository.TextFormat;

/// <summary>
/// Finds where a message's JSON form sets each field, under the names of the text format. Refuses names that the message does not have,
/// fields given twice and values of another type than the field's; what is left is protobuf's own JSON parser's to judge.
/// </summary>
internal sealed class JsonPositions
{
    private readonly byte[] _json;
    private readonly FieldPositionsBuilder _positions = new();
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private int _offset;
    private int _line = 1;
    private int _lineStart;

    private JsonPositions(byte[] json) => _json = json;

    /// <exception cref="TextFormatException">The text is not JSON, or names a field that the message does not have.</exception>
    public static FieldPositions Read(byte[] json, MessageDescriptor type)
    {
        var walk = new JsonPositions(json);
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = TextFormatParser.MaxDepth });
        try
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw new TextFormatException(walk.At(reader.TokenStartIndex), "", "the text must be one JSON object");
            }
            walk.ReadObject(ref reader, type, "");
            reader.Read();
        }
        catch (JsonException error)
        {
            var at = new FieldPosition((int)(error.LineNumber ?? 0) + 1, (int)(error.BytePositionInLine ?? 0) + 1);
            throw new TextFormatException(at, "", "the text is not JSON there");
        }
        return walk._positions.Build();
    }

    private void ReadObject(ref Utf8JsonReader reader, MessageDescriptor type, string path)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var at = At(reader.TokenStartIndex);
            var name = Text(ref reader, at, path);
            var field = type.FindFieldByName(name) ?? type.Fields.InFieldNumberOrder().FirstOrDefault(candidate =>
                candidate.JsonName == name);
            if (field is null)
            {
                throw new TextFormatException(at, path.Length == 0 ? name : $"{path}.{name}", MapEntries.Unknown(type));
            }
            var fieldPath = path.Length == 0 ? field.Name : $"{path}.{field.Name}";
            reader.Read();
            if (reader.TokenType != JsonTokenType.Null)
            {
                Note(fieldPath, at);
                ReadValue(ref reader, field, fieldPath);
            }
        }
    }

    private void ReadValue(ref Utf8JsonReader reader, FieldDescriptor field, string path)
    {
        if (field is { IsRepeated: true, IsMap: false })
        {
            Require(ref reader, JsonTokenType.StartArray, "a list", path);
            for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
            {
                Note($"{path}[{i}]", At(reader.TokenStartIndex));
                ReadElement(ref reader, field, $"{path}[{i}]");
            }
        }
        else if (field.IsMap)
        {
            Require(ref reader, JsonTokenType.StartObject, "an object", path);
            ReadMap(ref reader, field, path);
        }
        else
        {
            ReadElement(ref reader, field, path);
        }
    }

    private void ReadMap(ref Utf8JsonReader reader, FieldDescriptor field, string path)
    {
        var keyIsText = field.MessageType.FindFieldByNumber(1).FieldType == FieldType.String;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var at = At(reader.TokenStartIndex);
            var key = Text(ref reader, at, path);
            var entryPath = keyIsText ? MapEntries.PathOf(path, key) : $"{path}[{key}]";
            Note(entryPath, at);
            reader.Read();
            ReadElement(ref reader, field.MessageType.FindFieldByNumber(2), entryPath);
        }
    }

    private void ReadElement(ref Utf8JsonReader reader, FieldDescriptor field, string path)
    {
        if (JsonValues.ProblemOf(ref reader, field) is { } problem)
        {
            throw new TextFormatException(At(reader.TokenStartIndex), path, problem);
        }
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            ReadObject(ref reader, field.MessageType, path);
        }
    }

    private void Require(ref Utf8JsonReader reader, JsonTokenType wanted, string name, string path)
    {
        if (reader.TokenType != wanted)
        {
            throw new TextFormatException(At(reader.TokenStartIndex), path, JsonValues.Expected(ref reader, name));
        }
    }

    private static string Text(ref Utf8JsonReader reader, FieldPosition at, string path)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new TextFormatException(at, path, "a name must be valid UTF-8 and hold no half of a surrogate pair");
        }
    }

    private void Note(string path, FieldPosition at)
    {
        if (!_seen.Add(path))
        {
            throw new TextFormatException(at, path, "the field is given twice");
        }
        _positions.Add(path, at);
    }

    private FieldPosition At(long index)
    {
        for (; _offset < index; _offset++)
        {
            if (_json[_offset] == '\n')
            {
                (_line, _lineStart) = (_line + 1, _offset + 1);
            }
        }
        return new(_line, (int)index - _lineStart + 1);
    }
}
