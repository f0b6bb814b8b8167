using Apache.Arrow;
using Apache.Arrow.Types;
using Lake.Columns;
using Lake.Types;

namespace LakeBench.Sides;

/// <summary>Seeded rows of four columns: id, time, amount and one of 10,000 names. Stateless.</summary>
internal static class Payments
{
    /// <summary>Seed of all rows.</summary>
    public const int Seed = 4;

    private const int BatchRows = 65_536;

    public static readonly TableSchema Schema = new(0,
    [
        NestedField.Required(1, "id", PrimitiveType.Long),
        NestedField.Required(2, "at", PrimitiveType.Timestamp),
        NestedField.Optional(3, "amount", PrimitiveType.Double),
        NestedField.Optional(4, "name", PrimitiveType.String),
    ]);

    /// <summary>As plain arrays: what a program has before it writes.</summary>
    public static (long[] Ids, long[] Micros, double[] Amounts, string[] Names) Columns(int rows)
    {
        var random = new Random(Seed);
        var (ids, micros, amounts, names) = (new long[rows], new long[rows], new double[rows], new string[rows]);
        for (var i = 0; i < rows; i++)
        {
            (ids[i], micros[i]) = (i, 1_700_000_000_000_000 + (i * 1000L) + random.Next(1000));
            (amounts[i], names[i]) = (random.Next(1_000_000) / 100.0, $"customer {random.Next(10_000)}");
        }
        return (ids, micros, amounts, names);
    }

    /// <summary>As record batches of so many rows.</summary>
    public static List<RecordBatch> Batches((long[] Ids, long[] Micros, double[] Amounts, string[] Names) columns, int batchRows = BatchRows)
    {
        var batches = new List<RecordBatch>();
        var schema = ArrowSchema.Of(Schema);
        var at = new TimestampType(TimeUnit.Microsecond, (string?)null);
        for (var from = 0; from < columns.Ids.Length; from += batchRows)
        {
            var count = Math.Min(batchRows, columns.Ids.Length - from);
            var times = new Int64Array.Builder().AppendRange(columns.Micros.Skip(from).Take(count)).Build();
            batches.Add(new RecordBatch(schema,
            [
                new Int64Array.Builder().AppendRange(columns.Ids.Skip(from).Take(count)).Build(),
                new TimestampArray(new ArrayData(at, count, 0, 0, [ArrowBuffer.Empty, times.Data.Buffers[1]])),
                new DoubleArray.Builder().AppendRange(columns.Amounts.Skip(from).Take(count)).Build(),
                new StringArray.Builder().AppendRange(columns.Names.Skip(from).Take(count)).Build(),
            ], count));
        }
        return batches;
    }
}
