using System.Text;
using FeatureModel;
using FeatureModel.Definitions;

namespace Appliance.Host.Cli.Files;

/// <summary>A table of comma-separated values with a header line, row by row. Owned by one thread; disposing it closes the file.</summary>
internal sealed class CsvTable : IDisposable
{
    private readonly StreamReader _text;
    private readonly CsvReader _rows;

    private CsvTable(string path, StreamReader text)
    {
        (Path, _text, _rows) = (path, text, new CsvReader(text));
        var status = ReadRow();
        if (status == LineStatus.End) throw new InputException($"{path}: the file is empty; a line with the columns' names must come first");
        if (status == LineStatus.Wrong) throw new InputException($"{path}:{_rows.Line}: {_rows.Rule}");
        Header = [.. Enumerable.Range(0, _rows.Count).Select(i => _rows[i].ToString())];
        var twice = Header.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1);
        if (twice is not null) throw new InputException($"{path}:{_rows.Line}: the column '{twice.Key}' stands twice; each name must stand once");
    }

    public string Path { get; }

    /// <summary>The columns' names.</summary>
    public IReadOnlyList<string> Header { get; }

    /// <summary>The line on which the current row begins, from 1.</summary>
    public int Line => _rows.Line;

    /// <summary>What is wrong with the current row.</summary>
    public LineFault? Fault { get; private set; }

    public ReadOnlySpan<char> this[int column] => _rows[column];

    /// <exception cref="InputException">There is no such file, or it does not begin with a header.</exception>
    /// <exception cref="UnreadableFileException">Not even the header can be read.</exception>
    public static CsvTable Open(string path)
    {
        var text = new StreamReader(InputFile.Open(path), Encoding.UTF8, detectEncodingFromByteOrderMarks: true);
        try
        {
            return new CsvTable(path, text);
        }
        catch
        {
            text.Dispose();
            throw;
        }
    }

    /// <summary>Whether nothing stands in the current row's column.</summary>
    public bool IsAbsent(int column) => _rows.IsAbsent(column);

    /// <summary>Where the column stands; -1 where there is none of that name.</summary>
    public int Find(string name)
    {
        for (var i = 0; i < Header.Count; i++)
        {
            if (Header[i] == name) return i;
        }
        return -1;
    }

    /// <summary>Where the column stands.</summary>
    /// <param name="what">What the column is for, for the message.</param>
    /// <exception cref="InputException">There is no such column.</exception>
    public int Require(string name, string what)
    {
        var at = Find(name);
        return at >= 0 ? at : throw new InputException($"{Path}: there is no column '{name}' for {what}{NearNames.Hint(name, [.. Header])}");
    }

    /// <summary>Reads the next row.</summary>
    /// <exception cref="UnreadableFileException">It ends where it should not.</exception>
    public LineStatus Read()
    {
        var status = ReadRow();
        if (status == LineStatus.Wrong) Fault = new(Path, Line, null, null, _rows.Rule);
        if (status != LineStatus.Read || _rows.Count == Header.Count) return status;
        Fault = new(Path, Line, null, null, $"the row has {_rows.Count} fields; it must have {Header.Count}, as the header has");
        return LineStatus.Wrong;
    }

    /// <summary>A fault of the current row's column.</summary>
    public LineFault FaultOf(int column, string rule) => new(Path, Line, Header[column], _rows[column].ToString(), rule);

    public void Dispose() => _text.Dispose();

    private LineStatus ReadRow()
    {
        try
        {
            return _rows.Read();
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw new UnreadableFileException(Path, _rows.LastLine, e);
        }
    }
}
