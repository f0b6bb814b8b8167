using Lake.Expressions;
using Lake.Scan;
using Lake.Tests.Tables;
using Lake.Write;

namespace Lake.Tests.Write;

public class TableOverwritesTests : IDisposable
{
    private readonly RowsBed _bed;

    public TableOverwritesTests()
        : this(new LocalPlace())
    {
    }

    private protected TableOverwritesTests(TablePlace place) => _bed = new RowsBed(place);

    public void Dispose()
    {
        _bed.Dispose();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData(RowDeleteMode.CopyOnWrite)]
    [InlineData(RowDeleteMode.MergeOnRead)]
    public async Task Rows_go_and_others_come_in_one_snapshot(RowDeleteMode mode)
    {
        var table = await _bed.CreateAsync(RowsBed.ByShop, mode);
        table = await table.AppendAsync([RowsBed.Rows((1, "a", 1), (2, "a", 2), (3, "b", 3))], LakeBed.Cancellation);
        table = await table.OverwriteAsync(Filter.Equal("amount", 2) | Filter.Equal("shop", "b"), [RowsBed.Rows((4, "c", 4), (5, "a", 5))], null, LakeBed.Cancellation);
        Assert.Equal([(1, "a", 1), (4, "c", 4), (5, "a", 5)], await RowsBed.ReadAsync(table));
        Assert.Equal(("overwrite", 2), (table.Metadata.CurrentSnapshot!.Operation, table.Metadata.Snapshots.Count));
    }

    [Fact]
    public async Task All_rows_are_replaced_and_the_earlier_ones_are_still_there_at_their_snapshot()
    {
        var table = await _bed.CreateAsync();
        table = await table.AppendAsync([RowsBed.Rows((1, "a", 1))], LakeBed.Cancellation);
        table = await table.ReplaceAllAsync([RowsBed.Rows((2, null, null))], null, LakeBed.Cancellation);
        Assert.Equal([(2, null, null)], await RowsBed.ReadAsync(table));
        Assert.Equal([(1, "a", 1)], await RowsBed.ReadAsync(table, new ScanRequest { SnapshotId = table.Metadata.CurrentSnapshot!.ParentSnapshotId }));
    }

    [Fact]
    public async Task Two_overwrites_of_the_same_rows_at_once_leave_those_of_one()
    {
        var table = await _bed.CreateAsync();
        table = await table.AppendAsync([RowsBed.Rows((1, "a", 1), (9, "b", 9))], LakeBed.Cancellation);
        _bed.Racing.BeforeSwap.Enqueue(async () => await (await _bed.OthersAsync()).OverwriteAsync(Filter.Equal("shop", "a"), [RowsBed.Rows((2, "a", 2), (3, "a", 3))], null, LakeBed.Cancellation));
        table = await table.OverwriteAsync(Filter.Equal("shop", "a"), [RowsBed.Rows((4, "a", 4))], null, LakeBed.Cancellation);
        Assert.Equal([(4, "a", 4), (9, "b", 9)], await RowsBed.ReadAsync(table));
    }

    [Fact]
    public async Task Rows_that_do_not_fit_or_a_filter_that_does_not_change_nothing_and_leave_no_file()
    {
        var table = await _bed.CreateAsync();
        await Assert.ThrowsAsync<FilterException>(() => table.OverwriteAsync(Filter.Equal("size", 1), [RowsBed.Rows((1, "a", 1))], null, LakeBed.Cancellation));
        await Assert.ThrowsAsync<LakeFormatException>(() => table.OverwriteAsync(Filter.All, [RowsBed.Rows((1, "a", 1)), LakeBed.Rows([Lake.Types.NestedField.Optional(2, "shop", Lake.Types.PrimitiveType.String)], ["x"])], null, LakeBed.Cancellation));
        Assert.Equal(0, await _bed.ParquetFilesAsync());
        Assert.Empty((await _bed.LoadAsync()).Metadata.Snapshots);
    }
}
