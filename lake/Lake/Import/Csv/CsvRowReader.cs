// Hot path: every row of a CSV file passes here.
using System.Runtime.CompilerServices;
using Lake.Import.Building;
using Lake.Import.Sources;
using Lake.Storage;
using Lake.Types;

namespace Lake.Import.Csv;

/// <summary>Rows of a CSV file. A row with a value that is none of its column, or with another number of values, is a bad one. Used by one thread.</summary>
internal sealed class CsvRowReader : IRowReader
{
    /// <summary>Characters of a chunk's rows from which on it is ended. 32 Mi: an array of texts is counted with 31 bits.</summary>
    private const long MaxChunkChars = 32 << 20;

    private readonly CsvRows _rows;
    private readonly ReadTarget _target;
    private readonly RowsBuilder _builder;
    private readonly ColumnBuilder?[] _columns;
    private readonly string[] _nulls;
    private readonly bool _isEmptyNull;
    private long _next;

    private CsvRowReader(CsvRows rows, ReadTarget target, IReadOnlyList<NestedField?> columns)
    {
        (_rows, _target) = (rows, target);
        _builder = new RowsBuilder([.. columns.OfType<NestedField>()], target);
        _columns = [.. columns.Select(c => c is null ? null : _builder.Columns.First(b => b.Field == c))];
        _nulls = [.. target.Request.Csv.NullTexts.Where(t => t.Length > 0)];
        _isEmptyNull = target.Request.Csv.NullTexts.Contains("");
    }

    public static async Task<CsvRowReader> OpenAsync(ITableStorage storage, InputFile file, ReadTarget target, CancellationToken cancellation)
    {
        var rows = await CsvRows.OpenAsync(storage, file, target.Request.Csv, cancellation);
        try
        {
            var names = CsvHeader.Read(rows, target.Request.Csv, file.Location);
            // A file without even a header has no rows, whatever columns it lacks.
            var columns = names is [] ? [] : CsvHeader.Columns(names, target, file.Location);
            return new CsvRowReader(rows, target, columns);
        }
        catch (Exception)
        {
            rows.Dispose();
            throw;
        }
    }

    public async IAsyncEnumerable<RowChunk> ReadAsync(long firstRow, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.CompletedTask;
        while (_next < firstRow && _rows.MoveNext()) _next++;
        while (NextChunk() is { } chunk)
        {
            cancellation.ThrowIfCancellationRequested();
            yield return chunk;
        }
    }

    public void Dispose() => _rows.Dispose();

    private RowChunk? NextChunk()
    {
        var bad = new List<BadRow>();
        var chars = 0L;
        var first = _next;
        while (_next - first < _target.ChunkRows && chars < MaxChunkChars && _rows.MoveNext())
        {
            _next++;
            chars += _rows.Length;
            if (_rows.IsBlank && _columns.Length != 1) continue;
            if (TryRow(out var fault))
            {
                _builder.Keep();
                continue;
            }
            _builder.TakeBack();
            bad.Add(fault);
        }
        return _next == first ? null : new RowChunk(_builder.Build(), bad, _next, _rows.BytesRead);
    }

    private bool TryRow(out BadRow bad)
    {
        bad = null!;
        if (_rows.Count != _columns.Length)
        {
            bad = Bad(null, null, $"the row has {_rows.Count} values", $"{_columns.Length} values, as many as there are columns");
            return false;
        }
        for (var i = 0; i < _columns.Length; i++)
        {
            if (_columns[i] is not { } column) continue;
            if (!_rows.TryValue(i, out var value, out var wasQuoted))
            {
                bad = Bad(column.Path, value.ToString(), "the value has a quote that is not closed, or one within that is not doubled", "a quoted value ends with its quote and has quotes of its own twice");
                return false;
            }
            if (!wasQuoted && IsNull(value))
            {
                if (column.Field.IsRequired)
                {
                    bad = Bad(column.Path, null, "the value is null", "a value: the column is required");
                    return false;
                }
                column.AddNull();
            }
            else if (!column.TryText(value, out var fault))
            {
                bad = Bad(fault.Column, fault.Value, fault.Reason, fault.Rule);
                return false;
            }
        }
        return true;
    }

    private bool IsNull(ReadOnlySpan<char> value)
    {
        if (value.IsEmpty) return _isEmptyNull;
        foreach (var text in _nulls)
        {
            if (value.SequenceEqual(text)) return true;
        }
        return false;
    }

    private BadRow Bad(string? column, string? value, string reason, string rule) =>
        new(_next, _rows.Line, null, _target.Cut(_rows.Raw), column, value is null ? null : _target.Cut(value), reason, rule);
}
