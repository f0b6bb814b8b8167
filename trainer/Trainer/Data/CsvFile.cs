using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Trainer.Data;

/// <summary>
/// A CSV file with a header line, read row by row; a name that ends in .gz is decompressed. Errors name file, line, column, value and rule.
/// </summary>
internal sealed class CsvFile : IDisposable
{
    private readonly StreamReader _text;
    private readonly CsvReader _rows;
    private readonly List<string> _fields = [];

    private CsvFile(string path, StreamReader text)
    {
        Path = path;
        _text = text;
        _rows = new CsvReader(text, path);
        if (!TryReadFields()) throw new TrainerException($"{path}: the file is empty; a header line must come first.");
        Header = [.. _fields];
        if (Header.Distinct(StringComparer.Ordinal).Count() != Header.Count)
        {
            throw new TrainerException($"{path}:{_rows.Line}: the header names a column twice: {string.Join(", ", Header)}.");
        }
    }

    public string Path { get; }
    public IReadOnlyList<string> Header { get; }

    /// <summary>The value of a column in the current row.</summary>
    public string this[int column] => _fields[column];

    public static CsvFile Open(string path)
    {
        if (!File.Exists(path)) throw new TrainerException($"{path}: no such file.");
        Stream bytes = File.OpenRead(path);
        if (path.EndsWith(".gz", StringComparison.Ordinal)) bytes = new GZipStream(bytes, CompressionMode.Decompress);
        return new CsvFile(path, new StreamReader(bytes, Encoding.UTF8, detectEncodingFromByteOrderMarks: true));
    }

    /// <summary>The position of a column; a column that the header lacks is an error.</summary>
    public int Column(string name)
    {
        for (var i = 0; i < Header.Count; i++)
        {
            if (Header[i] == name) return i;
        }
        throw new TrainerException($"{Path}: there is no column '{name}'; the columns are {string.Join(", ", Header)}.");
    }

    public bool TryReadRow()
    {
        if (!TryReadFields()) return false;
        if (_fields.Count == Header.Count) return true;
        throw new TrainerException($"{Path}:{_rows.Line}: the row has {_fields.Count} fields; the header has {Header.Count}.");
    }

    private bool TryReadFields()
    {
        try
        {
            return _rows.TryReadRow(_fields);
        }
        catch (InvalidDataException e)
        {
            throw new TrainerException($"{Path}: the file cannot be decompressed: {e.Message}");
        }
    }

    /// <summary>The current row's value as a finite number that FP32 can hold.</summary>
    public double Number(int column)
    {
        var isNumber = double.TryParse(_fields[column], NumberStyles.Float, CultureInfo.InvariantCulture, out var number);
        return isNumber && float.IsFinite((float)number) ? number : throw Bad(column, "it must be a finite number");
    }

    public TrainerException Bad(int column, string rule) =>
        new($"{Path}:{_rows.Line}: column '{Header[column]}' is '{_fields[column]}'; {rule}.");

    public void Dispose() => _text.Dispose();
}
