using System.Text.Json;
using Lake.Columns;
using Lake.Files.Parquet;
using Lake.Import.Csv;
using Lake.Import.Json;
using Lake.Import.Sources;
using Lake.Storage;
using Lake.Types;

namespace Lake.Import.Inference;

/// <summary>Finds the columns of input files from a sample of their rows. Used by one thread.</summary>
internal sealed class SchemaInference(ITableStorage storage, ImportRequest request)
{
    /// <summary>Files whose rows are looked at at most, spread evenly. 1,000: seconds.</summary>
    private const int MaxFiles = 1000;

    private readonly List<string> _order = [];
    private readonly Dictionary<string, TextGuess> _texts = new(StringComparer.Ordinal);
    private readonly JsonGuess _json = new();
    private readonly Dictionary<string, NestedField> _typed = new(StringComparer.Ordinal);
    private bool _isAll = true;
    private int _lastId;

    /// <summary>The columns, in the order in which they are found, all optional.</summary>
    /// <exception cref="ImportException">Files do not agree, or have no columns.</exception>
    public async Task<IReadOnlyList<NestedField>> ColumnsAsync(IReadOnlyList<InputFile> files, CancellationToken cancellation)
    {
        var chosen = files.Count <= MaxFiles ? files : [.. Enumerable.Range(0, MaxFiles).Select(i => files[(int)((long)i * files.Count / MaxFiles)])];
        _isAll = chosen.Count == files.Count;
        var each = Math.Max(1, request.SampleRows / Math.Max(1, chosen.Count));
        foreach (var file in chosen)
        {
            await (file.Format switch
            {
                ImportFormat.Csv => SeeCsvAsync(file, each, cancellation),
                ImportFormat.JsonLines => SeeJsonAsync(file, each, cancellation),
                _ => SeeParquetAsync(file, cancellation),
            });
        }
        if (_order.Count == 0) throw new ImportException($"{string.Join(", ", request.Sources)} show no columns; give the columns, or files that have some");
        return [.. _order.Select(Column)];
    }

    private NestedField Column(string name)
    {
        var rules = new GuessRules(_isAll, request.FractionsAreDecimals, request.Json.KeepsNestedAsJson, NextId);
        var found = new List<NestedField>();
        if (_texts.TryGetValue(name, out var text)) found.Add(NestedField.Optional(NextId(), name, text.Type(_isAll, request.FractionsAreDecimals) ?? PrimitiveType.String));
        if (_json.Names.Contains(name)) found.Add(_json.Member(name).Column(name, rules));
        if (_typed.TryGetValue(name, out var typed)) found.Add(typed);
        return found.Aggregate((a, b) => a with { Type = Both(name, a.Type, b.Type) });
    }

    private async Task SeeCsvAsync(InputFile file, int rowsAtMost, CancellationToken cancellation)
    {
        using var rows = await CsvRows.OpenAsync(storage, file, request.Csv, cancellation);
        var names = CsvHeader.Read(rows, request.Csv, file.Location);
        var guesses = names?.Select(Text).ToList();
        var seen = 0;
        while (seen < rowsAtMost && rows.MoveNext())
        {
            guesses ??= [.. Enumerable.Range(1, rows.Count).Select(i => Text($"column_{i}"))];
            if (rows.IsBlank || rows.Count != guesses.Count) continue;
            seen++;
            for (var i = 0; i < guesses.Count; i++)
            {
                if (rows.TryValue(i, out var value, out var wasQuoted) && (wasQuoted || !IsNull(value))) guesses[i].See(value);
            }
        }
        if (rows.MoveNext()) _isAll = false;
    }

    private bool IsNull(ReadOnlySpan<char> value)
    {
        foreach (var text in request.Csv.NullTexts)
        {
            if (value.SequenceEqual(text)) return true;
        }
        return false;
    }

    private async Task SeeJsonAsync(InputFile file, int rowsAtMost, CancellationToken cancellation)
    {
        if (request.Json.DocumentColumn is { } document)
        {
            Known(document);
            _typed[document] = NestedField.Optional(NextId(), document, PrimitiveType.String, JsonColumns.Mark);
            return;
        }
        await JsonShape.CheckAsync(storage, file, cancellation);
        using var lines = await JsonLines.OpenAsync(storage, file, cancellation);
        var seen = 0;
        while (seen < rowsAtMost && lines.MoveNext())
        {
            seen++;
            try
            {
                using var row = JsonDocument.Parse(lines.Line);
                if (row.RootElement.ValueKind != JsonValueKind.Object) continue;
                foreach (var member in row.RootElement.EnumerateObject())
                {
                    // A column has a name; a row with a key that is none goes to quarantine.
                    if (member.Name.Length == 0) continue;
                    Known(member.Name);
                    _json.Member(member.Name).See(member.Value);
                }
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException)
            {
                // A bad row tells nothing; it goes to quarantine when its turn comes.
            }
        }
        if (lines.MoveNext()) _isAll = false;
    }

    private async Task SeeParquetAsync(InputFile file, CancellationToken cancellation)
    {
        try
        {
            using var input = await ParquetInput.OpenAsync(storage, file.Location, 1, cancellation);
            foreach (var field in input.Fields)
            {
                if (field.Name.Length == 0) throw new ImportException($"{file.Location} has a column whose name is ''; a column's name must have one character or more");
                var type = ArrowTypes.Of(field.DataType, NextId) ?? throw new ImportException($"{file.Location} has column '{field.Name}' of type {field.DataType.Name}, which a table cannot have");
                Known(field.Name);
                _typed[field.Name] = _typed.TryGetValue(field.Name, out var known) ? known with { Type = Both(field.Name, known.Type, type) } : NestedField.Optional(NextId(), field.Name, type);
            }
        }
        catch (LakeFormatException e)
        {
            throw new ImportException(e.Message, e);
        }
    }

    private TextGuess Text(string name)
    {
        Known(name);
        return _texts.TryGetValue(name, out var known) ? known : _texts[name] = new TextGuess();
    }

    private void Known(string name)
    {
        if (!_order.Contains(name)) _order.Add(name);
    }

    private int NextId() => ++_lastId;

    private static IcebergType Both(string name, IcebergType left, IcebergType right)
    {
        if (left.Equals(right) || left.ToString() == right.ToString() || SameShape(left, right)) return left;
        return (left.Kind, right.Kind) switch
        {
            (TypeKind.Int, TypeKind.Long) or (TypeKind.Float, TypeKind.Double) => right,
            (TypeKind.Long, TypeKind.Int) or (TypeKind.Double, TypeKind.Float) => left,
            _ => throw new ImportException($"column '{name}' is {left} in one file and {right} in another; give the columns, or import the files apart"),
        };
    }

    // Ids of what is nested were given file by file.
    private static bool SameShape(IcebergType left, IcebergType right) =>
        left.Kind == right.Kind && !left.IsPrimitive && left.Fields.Count == right.Fields.Count
        && left.Fields.Zip(right.Fields).All(p => p.First.Name == p.Second.Name && (p.First.Type.Equals(p.Second.Type) || SameShape(p.First.Type, p.Second.Type)));
}
