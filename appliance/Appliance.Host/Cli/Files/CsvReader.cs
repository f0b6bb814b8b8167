namespace Appliance.Host.Cli.Files;

/// <summary>
/// Reads comma-separated rows (RFC 4180: quotes, doubled quotes, line breaks inside quotes; LF or CRLF). Blank lines are passed over. The fields of a
/// row are valid until the next is read. Owned by one thread.
/// </summary>
internal sealed class CsvReader(TextReader text)
{
    /// <summary>Characters of a row at most. 1 Mi: four of the largest events; an unclosed quote is found by it.</summary>
    public const int MaxRowChars = 1 << 20;

    private const int Ended = -1;

    private readonly char[] _buffer = new char[32 * 1024];
    private readonly List<(int Start, int Length, bool Quoted)> _fields = [];
    private char[] _row = new char[1024];
    private int _length;
    private int _at;
    private int _end;
    private int _nextLine = 1;

    /// <summary>The line on which the last row begins, from 1.</summary>
    public int Line { get; private set; }

    /// <summary>The last line that was read whole; 0 for none.</summary>
    public int LastLine => _nextLine - 1;

    /// <summary>Fields of the last row.</summary>
    public int Count => _fields.Count;

    /// <summary>Why the last row cannot be used.</summary>
    public string Rule { get; private set; } = "";

    public ReadOnlySpan<char> this[int field] => _row.AsSpan(_fields[field].Start, _fields[field].Length);

    /// <summary>Whether nothing at all stands there: an empty field in quotes is an empty text.</summary>
    public bool IsAbsent(int field) => _fields[field] is { Length: 0, Quoted: false };

    /// <summary>Reads the next row.</summary>
    public LineStatus Read()
    {
        SkipBlankLines();
        _fields.Clear();
        _length = 0;
        Line = _nextLine;
        if (Peek() == Ended) return LineStatus.End;
        while (true)
        {
            var rule = Peek() == '"' ? ReadQuoted() : ReadPlain();
            if (rule is null && _length > MaxRowChars) rule = $"the row must have at most {MaxRowChars} characters";
            if (rule is not null) return Refuse(rule);
            switch (Next())
            {
                case ',':
                    break;
                case '\r' when Peek() == '\n':
                    Next();
                    return LineStatus.Read;
                case '\n' or Ended:
                    return LineStatus.Read;
                default:
                    return Refuse($"field {_fields.Count} must be followed by a comma or the end of the line");
            }
        }
    }

    private string? ReadPlain()
    {
        var start = _length;
        while (Peek() is not (',' or '\n' or '\r' or Ended) && _length <= MaxRowChars) Append((char)Next());
        _fields.Add((start, _length - start, false));
        return null;
    }

    private string? ReadQuoted()
    {
        var start = _length;
        Next();
        while (_length <= MaxRowChars)
        {
            var c = Next();
            if (c == Ended) return "the file ends inside a quoted field, which must be closed";
            if (c == '"')
            {
                if (Peek() != '"')
                {
                    _fields.Add((start, _length - start, true));
                    return null;
                }
                Next();
            }
            Append((char)c);
        }
        return $"the row must have at most {MaxRowChars} characters; is a quote not closed?";
    }

    // What follows may begin in the middle of a quoted field: then it is refused in its turn.
    private LineStatus Refuse(string rule)
    {
        Rule = rule;
        while (Peek() is not ('\n' or Ended)) Next();
        return LineStatus.Wrong;
    }

    private void SkipBlankLines()
    {
        while (Peek() is '\n' or '\r') Next();
    }

    private void Append(char c)
    {
        if (_length == _row.Length) Array.Resize(ref _row, _row.Length * 2);
        _row[_length++] = c;
    }

    private int Peek() => _at < _end || Fill() ? _buffer[_at] : Ended;

    private int Next()
    {
        if (_at == _end && !Fill()) return Ended;
        var c = _buffer[_at++];
        if (c == '\n') _nextLine++;
        return c;
    }

    private bool Fill()
    {
        _at = 0;
        _end = text.Read(_buffer);
        return _end > 0;
    }
}
