using System.Text;

namespace Trainer.Data;

/// <summary>
/// Reads comma-separated rows (RFC 4180: quotes, doubled quotes, line breaks inside quotes; LF or CRLF). Blank lines are skipped.
/// </summary>
internal sealed class CsvReader(TextReader text, string source)
{
    private readonly StringBuilder _field = new();
    private int _nextLine = 1;

    /// <summary>The line on which the last row read begins, from 1.</summary>
    public int Line { get; private set; }

    /// <summary>Replaces <paramref name="fields"/> by the next row's; false at the end.</summary>
    public bool TryReadRow(List<string> fields)
    {
        SkipBlankLines();
        fields.Clear();
        if (text.Peek() < 0) return false;
        Line = _nextLine;
        do
        {
            fields.Add(text.Peek() == '"' ? ReadQuoted() : ReadPlain());
        }
        while (!EndsRow(fields.Count));
        return true;
    }

    private void SkipBlankLines()
    {
        while (text.Peek() is '\n' or '\r')
        {
            if (text.Read() == '\n') _nextLine++;
        }
    }

    private string ReadPlain()
    {
        _field.Clear();
        while (text.Peek() is >= 0 and not (',' or '\n' or '\r')) _field.Append((char)text.Read());
        return _field.ToString();
    }

    private string ReadQuoted()
    {
        text.Read();
        _field.Clear();
        while (true)
        {
            var c = text.Read();
            if (c < 0) throw new TrainerException($"{source}:{Line}: the row ends inside a quoted field.");
            if (c == '\n') _nextLine++;
            if (c != '"')
            {
                _field.Append((char)c);
            }
            else if (text.Peek() == '"')
            {
                _field.Append((char)text.Read());
            }
            else
            {
                return _field.ToString();
            }
        }
    }

    private bool EndsRow(int fieldsSoFar)
    {
        switch (text.Read())
        {
            case ',':
                return false;
            case '\r' when text.Peek() == '\n':
                text.Read();
                _nextLine++;
                return true;
            case '\n':
                _nextLine++;
                return true;
            case -1:
                return true;
            case var c:
                throw new TrainerException(
                    $"{source}:{_nextLine}: field {fieldsSoFar} is followed by '{(char)c}'; a comma or the end of the line must follow.");
        }
    }
}
