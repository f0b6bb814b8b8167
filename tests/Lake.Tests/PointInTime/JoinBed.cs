using System.Text;
using Apache.Arrow;
using FeatureModel;
using FeatureModel.Definitions;
using FeatureModel.Values;
using Lake.Catalog;
using Lake.PointInTime;
using Lake.Query;
using Lake.Tests.Tables;
using Lake.Types;
using Lake.Write;
using TestKit;

namespace Lake.Tests.PointInTime;

/// <summary>Tables of history and of spines in a lake of the test's own, and joins over them as plain values.</summary>
internal sealed class JoinBed(string definitions, TablePlace? place = null) : IDisposable
{
    public const long Minute = Durations.Minute;

    /// <summary>2025-01-10, in microseconds: a round moment for every pane.</summary>
    public const long Day = 20_098 * Durations.Day;

    private readonly TemporaryFolder _staging = new();

    public LakeBed Bed { get; } = new(place ?? new LocalPlace());

    public DefinitionCatalog Catalog { get; } = Read(definitions);

    /// <summary>Where joins spill, on the local disk.</summary>
    public string Staging => Path.Combine(_staging.Path, "staging");

    public static NestedField Column(int id, string name, IcebergType type) => NestedField.Optional(id, name, type);

    /// <summary>A table whose rows come in some appends.</summary>
    public async Task<Table> FillAsync(string name, IReadOnlyList<NestedField> columns, IReadOnlyList<object?[]> rows, int appends = 1)
    {
        var table = await Bed.CreateAsync(new TableSchema(0, columns), name: name);
        foreach (var part in rows.Chunk(Math.Max(1, (rows.Count + appends - 1) / appends)))
        {
            table = await table.AppendAsync([LakeBed.Rows(table.Schema.Fields, [.. part])], LakeBed.Cancellation);
        }
        return table;
    }

    public static JoinSpine Spine(string table) => JoinSpine.Of(new TableAt(TableName.Parse(table)));

    public JoinRequest Request(JoinSpine spine, params string[] features) => new(spine, FeatureChoice.Of(Catalog, features));

    public PointInTimeJoin Join(QueryLimits? limits = null) =>
        new(Bed.Catalog, Catalog, (limits ?? new QueryLimits()) with { Threads = 2, StagingFolder = Staging }, Bed.Clock);

    /// <summary>The rows of a join: a value a column, moments as microseconds.</summary>
    public async Task<(List<string> Columns, List<object?[]> Rows)> RunAsync(JoinRequest request)
    {
        await using var joined = await Join().RunAsync(request, null, LakeBed.Cancellation);
        var rows = new List<object?[]>();
        await foreach (var batch in joined.ReadAsync(LakeBed.Cancellation))
        {
            using (batch)
            {
                for (var r = 0; r < batch.Length; r++) rows.Add([.. Enumerable.Range(0, batch.ColumnCount).Select(c => Value(batch.Column(c), r))]);
            }
        }
        return ([.. joined.Schema.FieldsList.Select(f => f.Name)], rows);
    }

    /// <summary>The error of a join that cannot be made.</summary>
    public async Task<string> ErrorAsync(JoinRequest request) => (await Assert.ThrowsAsync<JoinException>(async () => await RunAsync(request))).Message;

    /// <summary>A value as <see cref="Value"/> gives it.</summary>
    public static object? Plain(FeatureValue value) => value.Type switch
    {
        0 => null,
        FeatureDataType.Double => value.AsDouble,
        FeatureDataType.Float => value.AsFloat,
        FeatureDataType.Bool => value.AsBool,
        FeatureDataType.Int32 => (int)value.AsInt64,
        FeatureDataType.String => value.AsString,
        FeatureDataType.Int64List => string.Join(',', (long[])value.AsList),
        _ => value.AsInt64,
    };

    /// <summary>Whether two values are one: floating-point numbers to 1e-9 of their size, as a window's sum promises.</summary>
    public static bool Same(object? a, object? b) => (a, b) is (double x, double y)
        ? x.Equals(y) || Math.Abs(x - y) <= 1e-9 * Math.Max(1e-6, Math.Max(Math.Abs(x), Math.Abs(y)))
        : Equals(a, b);

    public void Dispose()
    {
        Bed.Dispose();
        _staging.Dispose();
    }

    private static object? Value(IArrowArray array, int row) => array.IsNull(row) ? null : array switch
    {
        Int32Array a => a.Values[row],
        Int64Array a => a.Values[row],
        DoubleArray a => a.Values[row],
        FloatArray a => a.Values[row],
        BooleanArray a => a.GetValue(row)!.Value,
        TimestampArray a => a.Values[row],
        ListArray a => string.Join(',', Enumerable.Range(a.ValueOffsets[row], a.GetValueLength(row)).Select(i => Value(a.Values, i))),
        _ => ((StringArray)array).GetString(row),
    };

    private static DefinitionCatalog Read(string definitions)
    {
        var read = DefinitionFiles.ReadBody(Encoding.UTF8.GetBytes(definitions), "test");
        Assert.Empty(read.Errors);
        Assert.Empty(DefinitionsValidator.Check(read.Definitions, FeatureRules.All));
        return new DefinitionCatalog(read.Definitions);
    }
}
