using System.Text;

namespace Appliance.Host.Cli.Backfill;

/// <summary>Rows of comma-separated values (RFC 4180), one by one. Owned by one thread.</summary>
internal sealed class CsvRows(TextReader text)
{
    private readonly StringBuilder _field = new();

    /// <summary>The line on which the row that was read last begins, from 1.</summary>
    public int Line { get; private set; }

    private int _lines;

    /// <summary>The next row's fields; null at the end, and null for a field in which nothing stands.</summary>
    /// <exception cref="FormatException">A quote is not closed or stands where none may; reading goes on at the next line.</exception>
    public List<string?>? Read()
    {
        if (text.ReadLine() is not { } line) return null;
        Line = ++_lines;
        var fields = new List<string?>();
        var at = 0;
        while (true)
        {
            if (at < line.Length && line[at] == '"')
            {
                fields.Add(ReadQuoted(ref line, ref at));
            }
            else
            {
                var end = line.IndexOf(',', at);
                var field = end < 0 ? line[at..] : line[at..end];
                fields.Add(field.Length == 0 ? null : field);
                at += field.Length;
            }
            if (at == line.Length) return fields;
            if (line[at++] != ',') throw new FormatException($"field {fields.Count} must be followed by a comma or the end of the line");
        }
    }

    private string ReadQuoted(ref string line, ref int at)
    {
        _field.Clear();
        at++;
        while (true)
        {
            var quote = line.IndexOf('"', at);
            if (quote < 0)
            {
                _field.Append(line, at, line.Length - at).Append('\n');
                line = text.ReadLine() ?? throw new FormatException("a quoted field must be closed");
                (at, _lines) = (0, _lines + 1);
                continue;
            }
            _field.Append(line, at, quote - at);
            at = quote + 1;
            if (at == line.Length || line[at] != '"') return _field.ToString();
            _field.Append('"');
            at++;
        }
    }
}
