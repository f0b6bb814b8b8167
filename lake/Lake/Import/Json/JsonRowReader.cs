// Hot path: every row of a JSON file passes here.
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Lake.Import.Building;
using Lake.Import.Sources;
using Lake.Storage;
using Lake.Types;

namespace Lake.Import.Json;

/// <summary>Rows of a file with a JSON object a line. A line that is no object, or has a value that is none of its column, is a bad row. Used by one thread.</summary>
internal sealed class JsonRowReader : IRowReader
{
    /// <summary>Bytes of a chunk's lines from which on it is ended. 32 MiB: an array of texts is counted with 31 bits.</summary>
    private const long MaxChunkBytes = 32 << 20;

    private readonly JsonLines _lines;
    private readonly ReadTarget _target;
    private readonly RowsBuilder _builder;
    private readonly JsonMembers _members;
    private readonly ColumnBuilder? _document;
    private long _next;

    private JsonRowReader(JsonLines lines, ReadTarget target)
    {
        (_lines, _target) = (lines, target);
        var document = target.Request.Json.DocumentColumn;
        IReadOnlyList<NestedField> columns = document is null ? target.Schema.Fields : [target.Schema.Struct.Find(document)!];
        _builder = new RowsBuilder(columns, target);
        _members = new JsonMembers(_builder.Columns, "", target.IgnoresUnknown);
        _document = document is null ? null : _builder.Columns[0];
    }

    public static async Task<JsonRowReader> OpenAsync(ITableStorage storage, InputFile file, ReadTarget target, CancellationToken cancellation)
    {
        if (target.Request.Json.DocumentColumn is { } document)
        {
            var column = target.Schema.Struct.Find(document);
            if (column is not { Type.Kind: TypeKind.String }) throw new ImportException($"document column is '{document}'; table {target.Request.Table} must have a string column of that name");
            target.CheckRequired([column], file.Location);
        }
        await JsonShape.CheckAsync(storage, file, cancellation);
        return new JsonRowReader(await JsonLines.OpenAsync(storage, file, cancellation), target);
    }

    public async IAsyncEnumerable<RowChunk> ReadAsync(long firstRow, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.CompletedTask;
        while (_next < firstRow && _lines.MoveNext()) _next++;
        while (NextChunk() is { } chunk)
        {
            cancellation.ThrowIfCancellationRequested();
            yield return chunk;
        }
    }

    public void Dispose() => _lines.Dispose();

    private RowChunk? NextChunk()
    {
        var bad = new List<BadRow>();
        var bytes = 0L;
        var first = _next;
        while (_next - first < _target.ChunkRows && bytes < MaxChunkBytes && _lines.MoveNext())
        {
            _next++;
            bytes += _lines.Line.Length;
            if (TryRow(out var fault))
            {
                _builder.Keep();
                continue;
            }
            _builder.TakeBack();
            bad.Add(fault);
        }
        return _next == first ? null : new RowChunk(_builder.Build(), bad, _next, _lines.BytesRead);
    }

    private bool TryRow(out BadRow bad)
    {
        bad = null!;
        try
        {
            using var document = JsonDocument.Parse(_lines.Line);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                bad = Bad(null, null, $"the line is a JSON {document.RootElement.ValueKind.ToString().ToLowerInvariant()}", "a JSON object");
                return false;
            }
            if (_document is null ? _members.TryAdd(document.RootElement, _builder.Count, out var fault) : _document.TryText(Text(), out fault)) return true;
            bad = Bad(fault.Column, fault.Value, fault.Reason, fault.Rule);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // A lone half of a surrogate pair is JSON and no text.
            bad = Bad(null, null, $"the line is no JSON: {e.Message}", "a JSON object");
        }
        return false;
    }

    private string Text() => Encoding.UTF8.GetString(_lines.Line.Span).TrimEnd('\r');

    private BadRow Bad(string? column, string? value, string reason, string rule) =>
        new(_next, _lines.Number, _lines.Offset, _target.Cut(Text()), column, value is null ? null : _target.Cut(value), reason, rule);
}
