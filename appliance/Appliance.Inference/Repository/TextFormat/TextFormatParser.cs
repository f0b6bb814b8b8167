using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Appliance.Inference.Repository.TextFormat;

/// <summary>
/// Reads protobuf's text format into a message, led by the message's descriptor. What cannot be kept is an error: an unknown field, a value
/// out of range, a field or map key given twice, two members of a oneof. Extensions and expanded Any messages are unknown fields here.
/// </summary>
public sealed class TextFormatParser
{
    /// <summary>Messages within messages at most; protobuf's own default for binary messages.</summary>
    public const int MaxDepth = 100;

    private readonly TextFormatTokenizer _tokens;
    private readonly TextFormatScalars _scalars;
    private readonly FieldPositionsBuilder _positions = new();

    private TextFormatParser(ReadOnlyMemory<byte> text)
    {
        _tokens = new(text);
        _scalars = new(_tokens);
    }

    /// <summary>Fills an empty message and answers where each of its fields stands.</summary>
    /// <exception cref="TextFormatException">The text is not one of this message; what was read before the error stays in it.</exception>
    public static FieldPositions Parse(ReadOnlyMemory<byte> utf8, IMessage message)
    {
        var parser = new TextFormatParser(utf8);
        parser.ReadFields(message, "", depth: 0, close: 0);
        return parser._positions.Build();
    }

    /// <summary>Reads fields until <paramref name="close"/>, or until the end of the text where that is 0.</summary>
    private void ReadFields(IMessage message, string path, int depth, int close)
    {
        var scope = new TextFormatScope();
        while (!AtClose(close, path))
        {
            ReadField(message, path, depth, scope);
            SkipSeparator(path);
        }
    }

    private bool AtClose(int close, string path)
    {
        if (_tokens.Current.Kind == TokenKind.End)
        {
            return close == 0 ? true : throw Unexpected($"a field name or {(char)close}", path);
        }
        if (close == 0 || _tokens.Current.Symbol != close)
        {
            return false;
        }
        _tokens.Advance(path);
        return true;
    }

    private void ReadField(IMessage message, string parentPath, int depth, TextFormatScope scope)
    {
        var (field, path) = ReadName(message.Descriptor, parentPath, scope);
        if (field.IsMap)
        {
            ReadMessages(field, path, () => ReadMapEntry(message, field, path, depth));
        }
        else if (field.FieldType == FieldType.Message)
        {
            ReadMessages(field, path, () => ReadMessageField(message, field, path, depth));
        }
        else
        {
            ReadScalars(message, field, path);
        }
    }

    private (FieldDescriptor Field, string Path) ReadName(MessageDescriptor type, string parentPath, TextFormatScope scope)
    {
        var token = _tokens.Current;
        if (token.Symbol == '[')
        {
            throw new TextFormatException(token.Position, parentPath,
                $"a name in brackets is an extension or an Any type; {type.Name} has neither");
        }
        if (token.Kind != TokenKind.Identifier)
        {
            throw Unexpected("a field name", parentPath);
        }
        var name = _tokens.Text(token);
        var path = parentPath.Length == 0 ? name : $"{parentPath}.{name}";
        var field = type.FindFieldByName(name) ?? throw new TextFormatException(token.Position, path,
            MapEntries.Unknown(type));
        if (scope.Conflict(field, token.Position) is { } conflict)
        {
            throw new TextFormatException(token.Position, path, conflict);
        }
        _positions.Add(path, token.Position);
        _tokens.Advance(path);
        return (field, path);
    }

    /// <summary>One message value, or a list of them in brackets for a repeated field. The colon before either may be left out.</summary>
    private void ReadMessages(FieldDescriptor field, string path, Action readOne)
    {
        TryTake(':', path);
        if (field.IsRepeated && TryTake('[', path))
        {
            ReadListRest(path, readOne);
            return;
        }
        readOne();
    }

    private void ReadScalars(IMessage message, FieldDescriptor field, string path)
    {
        if (!TryTake(':', path))
        {
            throw Unexpected("':' and a value", path);
        }
        if (!field.IsRepeated)
        {
            field.Accessor.SetValue(message, _scalars.Read(field, path));
        }
        else if (TryTake('[', path))
        {
            ReadListRest(path, ReadElement);
        }
        else
        {
            ReadElement();
        }

        void ReadElement()
        {
            var list = (IList)field.Accessor.GetValue(message);
            var elementPath = $"{path}[{list.Count}]";
            _positions.Add(elementPath, _tokens.Current.Position);
            list.Add(_scalars.Read(field, elementPath));
        }
    }

    private void ReadListRest(string path, Action readOne)
    {
        if (TryTake(']', path))
        {
            return;
        }
        do
        {
            readOne();
        }
        while (TryTake(',', path));
        if (!TryTake(']', path))
        {
            throw Unexpected("',' or ']'", path);
        }
    }

    private void ReadMessageField(IMessage message, FieldDescriptor field, string path, int depth)
    {
        if (!field.IsRepeated)
        {
            field.Accessor.SetValue(message, ReadMessage(field.MessageType, path, depth));
            return;
        }
        var list = (IList)field.Accessor.GetValue(message);
        var elementPath = $"{path}[{list.Count}]";
        _positions.Add(elementPath, _tokens.Current.Position);
        list.Add(ReadMessage(field.MessageType, elementPath, depth));
    }

    private IMessage ReadMessage(MessageDescriptor type, string path, int depth)
    {
        var close = Open(path, depth);
        var message = type.Parser.ParseFrom(ByteString.Empty);
        ReadFields(message, path, depth + 1, close);
        return message;
    }

    private int Open(string path, int depth)
    {
        if (depth >= MaxDepth)
        {
            throw new TextFormatException(_tokens.Current.Position, path, $"messages lie more than {MaxDepth} deep in each other");
        }
        var at = _tokens.Current;
        return TryTake('{', path) ? '}' : TryTake('<', path)
            ? '>'
            : throw new TextFormatException(at.Position, path, $"{_tokens.Describe(at)} stands where '{{' is expected");
    }

    private void ReadMapEntry(IMessage message, FieldDescriptor field, string path, int depth)
    {
        var map = (IDictionary)field.Accessor.GetValue(message);
        var (at, first, entryPath) = (_tokens.Current.Position, _positions.Count, $"{path}[{map.Count}]");
        _positions.Add(entryPath, at);
        var (key, value) = ReadEntryFields(field.MessageType, entryPath, depth);
        var keyPath = MapEntries.PathOf(path, key);
        if (map.Contains(key))
        {
            throw new TextFormatException(at, keyPath, "the key is given twice");
        }
        map.Add(key, value);
        _positions.Rename(first, entryPath + ".value", keyPath);
        _positions.Rename(first, entryPath, keyPath);
    }

    private (object Key, object Value) ReadEntryFields(MessageDescriptor entry, string path, int depth)
    {
        var close = Open(path, depth);
        var scope = new TextFormatScope();
        object? key = null, value = null;
        while (!AtClose(close, path))
        {
            var (part, partPath) = ReadName(entry, path, scope);
            if (!TryTake(':', partPath) && part.FieldType != FieldType.Message)
            {
                throw Unexpected("':' and a value", partPath);
            }
            var read = part.FieldType == FieldType.Message
                ? ReadMessage(part.MessageType, partPath, depth + 1)
                : _scalars.Read(part, partPath);
            (key, value) = part.FieldNumber == 1 ? (read, value) : (key, read);
            SkipSeparator(path);
        }
        return (key ?? MapEntries.DefaultOf(entry.FindFieldByNumber(1)), value ?? MapEntries.DefaultOf(entry.FindFieldByNumber(2)));
    }

    private void SkipSeparator(string path)
    {
        if (_tokens.Current.Symbol is (byte)',' or (byte)';')
        {
            _tokens.Advance(path);
        }
    }

    private bool TryTake(char symbol, string path)
    {
        if (_tokens.Current.Symbol != symbol)
        {
            return false;
        }
        _tokens.Advance(path);
        return true;
    }

    private TextFormatException Unexpected(string wanted, string path) =>
        new(_tokens.Current.Position, path, $"{_tokens.Describe(_tokens.Current)} stands where {wanted} is expected");
}
