using FeatureModel.Definitions;
using Lake.Evolution;
using Lake.Expressions;
using Lake.Tests.Tables;
using Lake.Types;
using Lake.Write;

namespace Lake.Tests.PointInTime;

/// <summary>Spines and histories in the order in which they were written, whatever became of their files.</summary>
public sealed class OrderTests : IDisposable
{
    private const string Definitions = """
        {
          "entities": [ { "name": "member", "joinKeys": [ { "name": "id", "type": "int64" } ] } ],
          "sources": [ { "name": "rows", "kind": "file", "path": "lake.rows", "eventTimeColumn": "at", "fields": [ { "name": "n", "type": "int64" } ] } ],
          "featureViews": [ { "name": "newest", "kind": "batch", "entities": ["member"], "source": "rows", "features": [ { "name": "n", "type": "int64" } ] } ]
        }
        """;

    private static readonly NestedField[] Columns = [JoinBed.Column(1, "id", PrimitiveType.Long), JoinBed.Column(2, "at", PrimitiveType.TimestampTz), JoinBed.Column(3, "n", PrimitiveType.Int)];

    private readonly JoinBed _bed = new(Definitions);

    public void Dispose() => _bed.Dispose();

    [Theory]
    [InlineData(8)]
    public async Task Of_rows_that_deletes_and_changes_of_shape_leave_the_last_written_holds_and_spines_keep_their_order(int seed)
    {
        var random = new Random(seed);
        var table = await _bed.Bed.CreateAsync(new TableSchema(0, Columns), properties: new Dictionary<string, string> { ["write.delete.mode"] = "merge-on-read" }, name: "lake.rows");
        var rows = new List<(long Id, int N)>();
        for (var append = 0; append < 5; append++)
        {
            if (append == 3) table = await table.ChangeSchemaAsync(s => s.Widen("n", PrimitiveType.Long), LakeBed.Cancellation);
            var added = Enumerable.Range(append * 1_000, 1_000).Select(n => (Id: (long)random.Next(20), N: n)).ToList();
            rows.AddRange(added);
            table = await table.AppendAsync([LakeBed.Rows(table.Schema.Fields, [.. added.Select(r => new object?[] { r.Id, JoinBed.Day, append < 3 ? (object)r.N : (long)r.N })])], LakeBed.Cancellation);
            if (append == 1) table = await table.DeleteAsync(Filter.GreaterOrEqual("n", 50) & Filter.Less("n", 1_900), null, LakeBed.Cancellation);
        }
        table = await table.DeleteAsync(Filter.GreaterOrEqual("n", 4_100), null, LakeBed.Cancellation);
        rows.RemoveAll(r => r.N is (>= 50 and < 1_900) or >= 4_100);
        var request = _bed.Request(JoinBed.Spine("lake.rows"), new FeatureReference("newest", "n").ToString()) with { TimeColumn = "at" };
        var joined = (await _bed.RunAsync(request)).Rows;
        Assert.Equal(rows.Select(r => (long)r.N), joined.Select(r => (long)r[2]!));
        Assert.Equal(rows.Select(r => (long)rows.FindLast(o => o.Id == r.Id).N), joined.Select(r => (long)r[3]!));
    }
}
