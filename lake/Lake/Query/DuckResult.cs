using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.C;
using DuckDB.NET.Native;

namespace Lake.Query;

/// <summary>Rows of one query as the engine makes them, as Arrow. Used by one thread.</summary>
internal sealed unsafe class DuckResult : IDisposable
{
    private readonly DuckDBArrowOptions _options;
    private readonly Func<string, string> _whyFailed;
    private DuckDBResult _result;

    private DuckResult(DuckDBResult result, Func<string, string> whyFailed)
    {
        (_result, _whyFailed) = (result, whyFailed);
        _options = NativeMethods.Arrow.DuckDBResultGetArrowOptions(ref _result);
        Schema = ReadSchema();
    }

    public Schema Schema { get; }

    /// <param name="result">What the engine gave.</param>
    /// <param name="succeeded">Whether it has begun.</param>
    /// <param name="whyFailed">What to tell of a failure, given what the engine tells.</param>
    /// <exception cref="QueryException">It failed.</exception>
    public static DuckResult Of(DuckDBResult result, bool succeeded, Func<string, string> whyFailed)
    {
        if (succeeded) return new DuckResult(result, whyFailed);
        var message = NativeMethods.Query.DuckDBResultError(ref result);
        result.Close();
        throw new QueryException(whyFailed(message));
    }

    /// <summary>The next rows, the caller's to dispose; null after the last.</summary>
    /// <exception cref="QueryException">The query failed on the way.</exception>
    public RecordBatch? Next()
    {
        using var chunk = NativeMethods.Query.DuckDBFetchChunk(_result);
        if (chunk.IsInvalid)
        {
            return NativeMethods.Query.DuckDBResultError(ref _result) is { Length: > 0 } message ? throw new QueryException(_whyFailed(message)) : null;
        }
        var array = CArrowArray.Create();
        try
        {
            Check(NativeMethods.Arrow.DuckDBDataChunkToArrow(_options, chunk, (nint)array));
            return CArrowArrayImporter.ImportRecordBatch(array, Schema);
        }
        finally
        {
            CArrowArray.Free(array);
        }
    }

    public void Dispose()
    {
        _options.Dispose();
        _result.Close();
    }

    private Schema ReadSchema()
    {
        var count = (int)NativeMethods.Query.DuckDBColumnCount(ref _result);
        var types = new DuckDBLogicalType[count];
        var names = new nint[count];
        var schema = CArrowSchema.Create();
        try
        {
            for (var i = 0; i < count; i++)
            {
                types[i] = NativeMethods.Query.DuckDBColumnLogicalType(ref _result, i);
                names[i] = Marshal.StringToCoTaskMemUTF8(NativeMethods.Query.DuckDBColumnName(ref _result, i));
            }
            fixed (nint* handles = types.Select(t => t.DangerousGetHandle()).ToArray(), texts = names)
            {
                Check(NativeMethods.Arrow.DuckDBToArrowSchema(_options, (nint)handles, (nint)texts, (ulong)count, (nint)schema));
            }
            return CArrowSchemaImporter.ImportSchema(schema);
        }
        finally
        {
            CArrowSchema.Free(schema);
            foreach (var name in names) Marshal.FreeCoTaskMem(name);
            foreach (var type in types) type?.Dispose();
        }
    }

    private static void Check(DuckDBErrorData error)
    {
        using (error)
        {
            if (error.HasError) throw new QueryException(error.Message ?? "the rows cannot be told as Arrow");
        }
    }
}
