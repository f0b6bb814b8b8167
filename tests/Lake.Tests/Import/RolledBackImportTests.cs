using Lake.Evolution;
using Lake.Import;
using Lake.Maintenance;
using Lake.Metadata;
using Lake.Tests.Tables;

namespace Lake.Tests.Import;

public sealed class RolledBackImportTests : IDisposable
{
    private readonly ImportBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_import_that_the_table_was_rolled_back_before_is_done_again_and_one_before_that_is_not(bool isExpired)
    {
        var (first, second, kept) = await ImportedAsync();
        await (await _bed.Lake.LoadAsync()).RollbackAsync(kept, LakeBed.Cancellation);
        Assert.Equal([1], await IdsAsync());
        if (isExpired)
        {
            // Something else comes, and then neither the snapshot that was rolled back nor the one before it is there any more.
            _bed.Write("c.csv", "id,n\n7,7\n");
            await _bed.RunAsync(_bed.Request("c.csv"));
            await ExpireAsync();
            Assert.Single((await _bed.Lake.LoadAsync()).Metadata.Snapshots);
        }
        Assert.True((await _bed.RunAsync(first)).WasDone);
        var again = await _bed.RunAsync(second);
        Assert.Equal((false, 1L, 1L), (again.WasDone, again.Rows, again.BadRows));
        Assert.Equal(isExpired ? [1, 2, 7] : [1, 2], await IdsAsync());
        // Its bad rows are the same ones, and stand there once.
        Assert.Equal([["x"]], await _bed.QuarantineAsync("value"));
        Assert.True((await _bed.RunAsync(second)).WasDone);
        Assert.Equal(isExpired ? [1, 2, 7] : [1, 2], await IdsAsync());
    }

    [Fact]
    public async Task An_import_that_a_table_goes_back_to_after_a_rollback_is_done()
    {
        var (_, second, kept) = await ImportedAsync();
        var table = await _bed.Lake.LoadAsync();
        var rolledBack = table.Metadata.CurrentSnapshotId!.Value;
        table = await table.CreateTagAsync("later", null, null, LakeBed.Cancellation);
        table = await table.RollbackAsync(kept, LakeBed.Cancellation);
        await ExpireAsync();
        table = await _bed.Lake.LoadAsync();
        await table.CommitAsync((_, b) => b.SetRef(SnapshotRef.Main, new SnapshotRef(rolledBack, true)), LakeBed.Cancellation);
        Assert.True((await _bed.RunAsync(second)).WasDone);
        Assert.Equal([1, 2], await IdsAsync());
    }

    // One import, and a second one with a bad row behind it; the snapshot of the first.
    private async Task<(ImportRequest First, ImportRequest Second, long Kept)> ImportedAsync()
    {
        _bed.Write("a.csv", "id,n\n1,1\n");
        _bed.Write("b.csv", "id,n\n2,2\n3,x\n");
        var first = _bed.Request("a.csv") with { Columns = "id int, n int" };
        var second = _bed.Request("b.csv") with { BadRows = new BadRowLimit { MaxShare = 1 } };
        var kept = (await _bed.RunAsync(first)).Table.Metadata.CurrentSnapshotId!.Value;
        await _bed.RunAsync(second);
        return (first, second, kept);
    }

    private async Task<IEnumerable<int>> IdsAsync() => (await _bed.RowsAsync(columns: ["id"])).Select(r => (int)r[0]!).Order();

    private async Task ExpireAsync()
    {
        _bed.Lake.Clock.Advance(TimeSpan.FromDays(100));
        await new SnapshotExpiry(await _bed.Lake.LoadAsync(), _bed.Lake.Clock).RunAsync(new ExpiryRequest { MaxSnapshotAge = TimeSpan.Zero }, null, LakeBed.Cancellation);
    }
}
