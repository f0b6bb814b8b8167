using Lake.Commit;
using Lake.Tests.Tables;
using Lake.Write;

namespace Lake.Tests.Write;

public sealed class TableAppendsTests : IDisposable
{
    private readonly RowsBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Fact]
    public async Task An_append_whose_commit_fails_for_good_leaves_no_data_files()
    {
        var table = await _bed.CreateAsync(RowsBed.ByShop, properties: ("commit.retry.num-retries", "0"));
        _bed.Racing.BeforeSwap.Enqueue(async () => await (await _bed.OthersAsync()).CommitAsync((_, b) => b.SetProperty("others", "first"), LakeBed.Cancellation));
        await Assert.ThrowsAsync<CommitConflictException>(() => table.AppendAsync([RowsBed.Rows((1, "a", 1), (2, "b", 2))], LakeBed.Cancellation));
        Assert.Equal(0, await _bed.ParquetFilesAsync());
        _bed.Racing.BeforeSwap.Enqueue(() => throw new CommitNotMadeException("the catalog is not there", new IOException()));
        await Assert.ThrowsAsync<CommitNotMadeException>(async () => await (await _bed.LoadAsync()).AppendAsync([RowsBed.Rows((1, "a", 1))], LakeBed.Cancellation));
        Assert.Equal(0, await _bed.ParquetFilesAsync());
    }

    [Fact]
    public async Task An_append_of_which_it_is_not_known_whether_it_was_made_leaves_its_files()
    {
        var table = await _bed.CreateAsync();
        _bed.Racing.BeforeSwap.Enqueue(() => throw new IOException("the answer was lost"));
        await Assert.ThrowsAsync<CommitStateUnknownException>(() => table.AppendAsync([RowsBed.Rows((1, "a", 1))], LakeBed.Cancellation));
        Assert.Equal(1, await _bed.ParquetFilesAsync());
    }
}
