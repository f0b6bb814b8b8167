using System.Globalization;
using Lake.Types;

namespace Lake.Import;

/// <summary>
/// Columns as text, a line (or a part between commas) each: <c>name type [not null]</c>, with Iceberg's own names of types, <c>json</c> for a text column that holds JSON, and
/// <c>struct&lt;a: int, b: string not null&gt;</c>, <c>list&lt;type&gt;</c>, <c>map&lt;type, type&gt;</c>. Names with other characters than letters, digits and <c>_</c> stand in double quotes. Pure.
/// </summary>
public static class SchemaText
{
    /// <summary>The columns; ids are counted from 1.</summary>
    /// <exception cref="ImportException">The text is none; the message says where.</exception>
    public static TableSchema Parse(string text) => new Parser(text).Schema();

    private sealed class Parser(string text)
    {
        private int _at;
        private int _lastId;

        public TableSchema Schema()
        {
            var fields = new List<NestedField>();
            while (SkipSeparators()) fields.Add(Field(':'));
            if (fields.Count == 0) throw Wrong("a column as 'name type'");
            try
            {
                return new TableSchema(0, fields);
            }
            catch (LakeFormatException e)
            {
                throw new ImportException($"columns cannot be read: {e.Message}", e);
            }
        }

        private NestedField Field(char separator)
        {
            var id = ++_lastId;
            var name = Name();
            TryTake(separator);
            var (type, doc) = Type();
            return new NestedField(id, name, IsRequired(), type, doc);
        }

        private (IcebergType Type, string? Doc) Type()
        {
            var start = SkipBlanks();
            var word = Word();
            switch (word.ToLowerInvariant())
            {
                case "json":
                    return (PrimitiveType.String, JsonColumns.Mark);
                case "struct":
                    Take('<');
                    var fields = new List<NestedField>();
                    do fields.Add(Field(':'));
                    while (TryTake(','));
                    Take('>');
                    return (new StructType(fields), null);
                case "list":
                    Take('<');
                    var element = ++_lastId;
                    var list = new ListType(element, Type().Type, IsRequired());
                    Take('>');
                    return (list, null);
                case "map":
                    Take('<');
                    var (key, value) = (++_lastId, ++_lastId);
                    var keyType = Type().Type;
                    Take(',');
                    var map = new MapType(key, keyType, value, Type().Type, IsRequired());
                    Take('>');
                    return (map, null);
            }
            if (_at < text.Length && text[_at] is '(' or '[')
            {
                var end = text.IndexOf(text[_at] == '(' ? ')' : ']', _at);
                _at = end < 0 ? text.Length : end + 1;
            }
            var name = text[start.._at].ToLowerInvariant();
            if (PrimitiveType.TryParse(name, out var primitive) && primitive.Kind < TypeKind.TimestampNs) return (primitive, null);
            _at = start;
            throw Wrong("a type of Iceberg, like long, decimal(9,2), timestamptz, string, list<string>");
        }

        private bool IsRequired()
        {
            var start = SkipBlanks();
            if (Word().Equals("not", StringComparison.OrdinalIgnoreCase))
            {
                SkipBlanks();
                if (Word().Equals("null", StringComparison.OrdinalIgnoreCase)) return true;
                throw Wrong("null, after not");
            }
            _at = start;
            return false;
        }

        private string Name()
        {
            SkipBlanks();
            if (_at < text.Length && text[_at] == '"')
            {
                var end = text.IndexOf('"', _at + 1);
                if (end > _at + 1)
                {
                    var quoted = text[(_at + 1)..end];
                    _at = end + 1;
                    return quoted;
                }
            }
            return Word() is { Length: > 0 } name ? name : throw Wrong("a column's name");
        }

        private string Word()
        {
            var start = _at;
            while (_at < text.Length && (char.IsLetterOrDigit(text[_at]) || text[_at] == '_')) _at++;
            return text[start.._at];
        }

        private int SkipBlanks()
        {
            while (_at < text.Length && text[_at] is ' ' or '\t') _at++;
            return _at;
        }

        // Line ends count as blanks within angle brackets and part columns outside of them.
        private bool SkipSeparators()
        {
            while (_at < text.Length && (char.IsWhiteSpace(text[_at]) || text[_at] is ',' or ';')) _at++;
            return _at < text.Length;
        }

        private bool TryTake(char c)
        {
            var start = _at;
            while (_at < text.Length && char.IsWhiteSpace(text[_at])) _at++;
            if (_at < text.Length && text[_at] == c)
            {
                _at++;
                while (c is ',' or '<' && _at < text.Length && char.IsWhiteSpace(text[_at])) _at++;
                return true;
            }
            _at = start;
            return false;
        }

        private void Take(char c)
        {
            if (!TryTake(c)) throw Wrong($"'{c}'");
        }

        private ImportException Wrong(string rule)
        {
            var shown = _at >= text.Length ? "the end" : $"'{text[_at..Math.Min(text.Length, _at + 20)].Split('\n')[0]}'";
            return new ImportException(string.Create(CultureInfo.InvariantCulture, $"columns have {shown} at character {_at + 1}; there must be {rule}"));
        }
    }
}
