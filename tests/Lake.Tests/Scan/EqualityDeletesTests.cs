using Lake.Commit;
using Lake.Evolution;
using Lake.Manifests;
using Lake.Metadata;
using Lake.Scan;
using Lake.Tests.Tables;
using Lake.Types;
using Lake.Write;

namespace Lake.Tests.Scan;

public class EqualityDeletesTests : IDisposable
{
    private readonly RowsBed _bed;

    public EqualityDeletesTests()
        : this(new LocalPlace())
    {
    }

    private protected EqualityDeletesTests(TablePlace place) => _bed = new RowsBed(place);

    public void Dispose()
    {
        _bed.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Rows_written_before_go_by_their_values_null_equal_to_null_and_later_rows_stay()
    {
        var table = await _bed.CreateAsync();
        table = await table.AppendAsync([RowsBed.Rows((1, "a", 1), (2, null, 2), (3, null, null), (4, "a", null))], LakeBed.Cancellation);
        table = await EqualityDeleteFiles.CommitAsync(table, [2, 3], PartitionTuple.Empty, ["a", 1], [null, null]);
        Assert.Equal([(2, null, 2), (4, "a", null)], await RowsBed.ReadAsync(table));
        table = await table.AppendAsync([RowsBed.Rows((5, "a", 1))], LakeBed.Cancellation);
        Assert.Equal([(2, null, 2), (4, "a", null), (5, "a", 1)], await RowsBed.ReadAsync(table));
        // The columns that are compared need not be asked for.
        Assert.Equal([[2L], [4L], [5L]], (await LakeBed.ReadAsync(table, new ScanRequest { Columns = ["id"] })).OrderBy(r => r[0]));
    }

    [Fact]
    public async Task Rows_of_the_same_commit_stay_as_the_sequence_number_is_theirs()
    {
        var table = await _bed.CreateAsync();
        await using var writer = new TableWriter(table);
        await writer.WriteAsync(RowsBed.Rows((1, "a", 1)), LakeBed.Cancellation);
        var change = new TableChange { Operation = SnapshotOperation.Overwrite };
        change.Added.AddRange(await writer.FinishAsync(LakeBed.Cancellation));
        change.Added.Add(await EqualityDeleteFiles.WriteAsync(table, [1], PartitionTuple.Empty, [1L]));
        Assert.Equal([(1, "a", 1)], await RowsBed.ReadAsync(await table.CommitAsync(change, LakeBed.Cancellation)));
    }

    [Fact]
    public async Task A_delete_of_a_partition_is_about_that_one_and_one_of_no_partition_about_all()
    {
        var table = await _bed.CreateAsync(RowsBed.ByShop);
        table = await table.AppendAsync([RowsBed.Rows((1, "a", 7), (2, "b", 7), (3, "a", 8), (4, "b", 8))], LakeBed.Cancellation);
        var partitioned = await EqualityDeleteFiles.CommitAsync(table, [3], new PartitionTuple(["a"]), [7]);
        Assert.Equal([(2, "b", 7), (3, "a", 8), (4, "b", 8)], await RowsBed.ReadAsync(partitioned));
        table = await partitioned.ChangePartitionsAsync(p => p.Remove("shop"), LakeBed.Cancellation);
        table = await EqualityDeleteFiles.CommitAsync(table, [3], PartitionTuple.Empty, [8]);
        Assert.Equal([(2, "b", 7)], await RowsBed.ReadAsync(table));
    }

    [Fact]
    public async Task Values_of_a_widened_column_and_of_one_in_a_struct_and_of_a_dropped_one_are_compared_still()
    {
        var table = await _bed.Bed.CreateAsync(new TableSchema(0,
        [
            NestedField.Required(1, "id", PrimitiveType.Int),
            NestedField.Optional(2, "at", new StructType([NestedField.Optional(4, "city", PrimitiveType.String), NestedField.Required(5, "zip", PrimitiveType.Int)])),
            NestedField.Optional(3, "old", PrimitiveType.Int),
        ]));
        table = await table.AppendAsync([LakeBed.Rows(table.Schema.Fields, [1, new object?[] { "x", 1 }, 1], [2, new object?[] { "y", 1 }, 2], [3, null, 3], [4, new object?[] { "z", 1 }, 4])], LakeBed.Cancellation);
        table = await EqualityDeleteFiles.CommitAsync(table, [1], PartitionTuple.Empty, [1]);
        // A struct that is null makes what stands in it null.
        table = await EqualityDeleteFiles.CommitAsync(table, [4], PartitionTuple.Empty, [new object?[] { "y" }], [new object?[] { null }]);
        Assert.Equal([[4]], await LakeBed.ReadAsync(table, new ScanRequest { Columns = ["id"] }));
        table = await EqualityDeleteFiles.CommitAsync(table, [3], PartitionTuple.Empty, [4]);
        table = await table.ChangeSchemaAsync(s => s.Widen("id", PrimitiveType.Long).Drop("old").Drop("at.city"), LakeBed.Cancellation);
        table = await table.AppendAsync([LakeBed.Rows(table.Schema.Fields, [5L, new object?[] { 9 }])], LakeBed.Cancellation);
        Assert.Equivalent(new object?[][] { [5L, new object?[] { 9 }] }, await LakeBed.ReadAsync(table), strict: true);
    }

    [Fact]
    public async Task Rewritten_rows_leave_out_those_that_equality_deletes_took()
    {
        var table = await _bed.CreateAsync();
        table = await table.AppendAsync([RowsBed.Rows((1, "a", 1), (2, "b", 2), (3, "c", 3))], LakeBed.Cancellation);
        table = await EqualityDeleteFiles.CommitAsync(table, [1], PartitionTuple.Empty, [2L]);
        table = await table.DeleteAsync(Lake.Expressions.Filter.Equal("id", 1), null, LakeBed.Cancellation);
        Assert.Equal([(3, "c", 3)], await RowsBed.ReadAsync(table));
        Assert.Equal("1", table.Metadata.CurrentSnapshot!.Summary["added-records"]);
    }

    [Fact]
    public async Task A_delete_file_that_does_not_say_what_it_compares_is_refused_by_name()
    {
        var table = await _bed.CreateAsync();
        table = await table.AppendAsync([RowsBed.Rows((1, "a", 1))], LakeBed.Cancellation);
        var change = new TableChange { Operation = SnapshotOperation.Delete };
        var file = await EqualityDeleteFiles.WriteAsync(table, [1], PartitionTuple.Empty, [1L]);
        change.Added.Add(file with { EqualityIds = null });
        table = await table.CommitAsync(change, LakeBed.Cancellation);
        var error = await Assert.ThrowsAsync<LakeFormatException>(() => RowsBed.ReadAsync(table));
        Assert.Equal($"{file.Path} deletes rows by equality and has no equality_ids; it must name the fields to compare", error.Message);
    }
}
