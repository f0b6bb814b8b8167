using System.IO.Compression;
using System.Text;
using System.Text.Json;
using FeatureModel;
using FeatureModel.Definitions;
using FeatureModel.Events;

namespace Appliance.Host.Cli.Backfill;

/// <summary>
/// The events of one history file in order: comma-separated values with a header, or JSON lines that are either rows of the same columns or events as
/// <c>POST /api/events</c> takes them; <c>.gz</c> behind the name for either. Owned by one thread; disposing it closes the file.
/// </summary>
internal sealed class HistoryFile : IDisposable
{
    private readonly StreamReader _text;
    private readonly HistoryRowWriter _writer;
    private readonly CsvRows? _rows;
    private readonly Dictionary<string, int> _columns = new(StringComparer.Ordinal);

    private HistoryFile(string path, HistoryShape shape, StreamReader text, bool isJson)
    {
        Path = path;
        _text = text;
        _writer = new HistoryRowWriter(shape);
        if (isJson) return;
        _rows = new CsvRows(text);
        var header = _rows.Read() ?? throw new HistoryFileException($"{path}: the file is empty; a line with the columns' names must come first");
        for (var i = 0; i < header.Count; i++)
        {
            if (header[i] is not { } name || !_columns.TryAdd(name, i)) throw new HistoryFileException($"{path}:1: column {i + 1} is '{header[i]}'; each must have a name of its own");
        }
        foreach (var column in shape.Required.Where(c => !_columns.ContainsKey(c)))
        {
            throw new HistoryFileException($"{path}: there is no column '{column}'{NearNames.Hint(column, [.. _columns.Keys])}; source '{shape.Source.Name}' names it for its history");
        }
    }

    public string Path { get; }

    /// <summary>The line of the event that was read last, from 1.</summary>
    public int Line { get; private set; }

    /// <summary>Why the line that was read last is no event; null where it is one.</summary>
    public string? Fault { get; private set; }

    /// <exception cref="HistoryFileException">It cannot be read, or has not the columns that it must have.</exception>
    public static HistoryFile Open(string path, HistoryShape shape)
    {
        var isPacked = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
        var kind = System.IO.Path.GetExtension(isPacked ? path[..^3] : path).ToLowerInvariant();
        if (kind is not (".csv" or ".jsonl" or ".ndjson" or ".json")) throw new HistoryFileException($"{path}: the name must end in .csv, .jsonl, .ndjson or .json, and may have .gz behind it");
        if (!File.Exists(path)) throw new HistoryFileException($"{path}: there is no such file");
        try
        {
            return Open(path, shape, isPacked, kind != ".csv");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or FormatException)
        {
            throw new HistoryFileException($"{path}: it cannot be read: {e.Message}");
        }
    }

    private static HistoryFile Open(string path, HistoryShape shape, bool isPacked, bool isJson)
    {
        Stream bytes = File.OpenRead(path);
        var text = new StreamReader(isPacked ? new GZipStream(bytes, CompressionMode.Decompress) : bytes, Encoding.UTF8);
        try
        {
            return new HistoryFile(path, shape, text, isJson);
        }
        catch
        {
            text.Dispose();
            throw;
        }
    }

    /// <summary>Adds the next event, or says in <see cref="Fault"/> why the line is none; false at the end.</summary>
    public bool Read(EventRecordBuffer records)
    {
        Fault = null;
        try
        {
            return _rows is null ? ReadJson(records) : ReadRow(_rows, records);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            Line = _rows?.Line ?? Line;
            Fault = e.Message;
            return true;
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            // No bad line but a torn archive or a failing disk: what follows is not there.
            throw new HistoryFileException($"{Path}: it cannot be read behind line {Line}: {e.Message}");
        }
    }

    public void Dispose()
    {
        _text.Dispose();
        _writer.Dispose();
    }

    private bool ReadRow(CsvRows rows, EventRecordBuffer records)
    {
        List<string?>? row;
        do
        {
            row = rows.Read();
            Line = rows.Line;
        }
        while (row is [null]);
        if (row is null) return false;
        if (row.Count != _columns.Count) Fault = $"the row has {row.Count} fields; it must have {_columns.Count}, as the header has";
        else Take(_writer.Write(name => _columns.TryGetValue(name, out var at) ? row[at] : null), records);
        return true;
    }

    private bool ReadJson(EventRecordBuffer records)
    {
        string? line;
        do
        {
            line = _text.ReadLine();
            Line++;
        }
        while (line is not null && string.IsNullOrWhiteSpace(line));
        if (line is null) return false;
        using var document = JsonDocument.Parse(line);
        if (document.RootElement.ValueKind != JsonValueKind.Object) Fault = "the line must be a JSON object";
        // An event goes byte for byte: without an id, its bytes are what it is known by.
        else if (document.RootElement.TryGetProperty("entity"u8, out var entity) && entity.ValueKind == JsonValueKind.Object) Take(Encoding.UTF8.GetBytes(line), records);
        else Take(_writer.Write(document.RootElement), records);
        return true;
    }

    private void Take(ReadOnlySpan<byte> json, EventRecordBuffer records)
    {
        if (!records.TryAddJson(json, EventLimits.Default, 0, out var rejection)) Fault = rejection!.ToString();
    }
}
