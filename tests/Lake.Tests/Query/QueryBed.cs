using System.Globalization;
using Lake.Catalog;
using Lake.Query;
using Lake.Scan;
using Lake.Tests.Tables;
using Lake.Types;

namespace Lake.Tests.Query;

/// <summary>Runs queries and tells their rows as texts, so that they can be held against those of a scan.</summary>
internal static class QueryBed
{
    public static LakeQuery Of(ICatalog catalog, QueryLimits? limits = null, TimeProvider? clock = null) => new(catalog, (limits ?? new QueryLimits()) with { Threads = 2 }, clock);

    /// <summary>The rows of a query as texts, columns joined by <c>|</c>, in its order.</summary>
    public static async Task<List<string>> LinesAsync(ICatalog catalog, string sql, IReadOnlyList<NestedField>? columns = null)
    {
        await using var rows = await Of(catalog).RunAsync(sql, LakeBed.Cancellation);
        return await LinesAsync(rows, columns);
    }

    public static async Task<List<string>> LinesAsync(QueryRows rows, IReadOnlyList<NestedField>? columns = null)
    {
        var lines = new List<string>();
        await foreach (var batch in rows.ReadAsync(LakeBed.Cancellation))
        {
            using (batch)
            {
                var fields = columns ?? [.. batch.Schema.FieldsList.Select((f, i) => NestedField.Optional(i + 1, f.Name, Guess(f.DataType)))];
                for (var r = 0; r < batch.Length; r++) lines.Add(string.Join('|', fields.Select((c, i) => Text(ArrowRows.Value(batch.Column(i), c.Type, r)))));
            }
        }
        return lines;
    }

    /// <summary>The one error of a query.</summary>
    public static async Task<string> ErrorAsync(ICatalog catalog, string sql) =>
        (await Assert.ThrowsAsync<QueryException>(async () => await LinesAsync(catalog, sql))).Message;

    /// <summary>A query that names the table gives the rows of a scan with the same request, in any order.</summary>
    public static async Task SameAsync(Table table, string sql, ScanRequest? request = null)
    {
        var scan = TableScan.Of(table, request ?? new ScanRequest());
        var expected = (await LakeBed.ReadAsync(table, request)).Select(r => string.Join('|', r.Select(Text))).Order(StringComparer.Ordinal).ToList();
        await using var rows = await Of(table.Catalog).RunAsync(sql, LakeBed.Cancellation);
        Assert.Equal(scan.Columns.Select(c => c.Name), rows.Schema.FieldsList.Select(f => f.Name));
        Assert.Equal(expected, (await LinesAsync(rows, scan.Columns)).Order(StringComparer.Ordinal));
    }

    private static string Text(object? value) => value switch
    {
        null => "~",
        byte[] bytes => Convert.ToHexString(bytes),
        object?[] parts => $"({string.Join(", ", parts.Select(Text))})",
        List<KeyValuePair<object, object?>> pairs => $"{{{string.Join(", ", pairs.Select(p => $"{Text(p.Key)}: {Text(p.Value)}"))}}}",
        List<object?> items => $"[{string.Join(", ", items.Select(Text))}]",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static IcebergType Guess(Apache.Arrow.Types.IArrowType type) => type switch
    {
        Apache.Arrow.Types.ListType l => new ListType(1, Guess(l.ValueDataType), false),
        Apache.Arrow.Types.StructType s => new StructType([.. s.Fields.Select((f, i) => NestedField.Optional(i + 1, f.Name, Guess(f.DataType)))]),
        _ => PrimitiveType.String,
    };
}
