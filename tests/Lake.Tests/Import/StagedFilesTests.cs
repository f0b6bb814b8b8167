using Lake.Import;
using Lake.Import.Staging;
using Lake.Manifests;
using Lake.Tests.Tables;

namespace Lake.Tests.Import;

/// <summary>Imports that go on after someone changed what they had staged.</summary>
public sealed class StagedFilesTests : IDisposable
{
    private readonly ImportBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Theory]
    [InlineData("data", "gone", "there is no file ")]
    [InlineData("data", "short", " bytes and was staged with ")]
    [InlineData("data", "changed", " cannot be read: ")]
    [InlineData("manifest", "gone", "there is no file ")]
    [InlineData("manifest", "short", ": it was cut off")]
    [InlineData("list", "gone", "there is no file ")]
    [InlineData("bad rows", "gone", "there is no file ")]
    [InlineData("bad rows", "changed", " cannot be read: ")]
    public async Task What_was_staged_and_is_another_now_is_named_and_no_row_of_it_is_published(string part, string how, string reason)
    {
        var request = await CutOffAsync();
        var file = await FileAsync(part);
        var whole = await File.ReadAllBytesAsync(file, LakeBed.Cancellation);
        Damage(file, whole, how);
        var error = await _bed.ErrorAsync(request);
        Assert.StartsWith($"import 'may' cannot go on, as what it staged in table {(part == "bad rows" ? "shop.orders_quarantine" : "shop.orders")} was changed since: ", error, StringComparison.Ordinal);
        Assert.Contains(file, error, StringComparison.Ordinal);
        Assert.Contains(reason, error, StringComparison.Ordinal);
        Assert.EndsWith(". Bring the file back from a copy, or forget what is staged (lake import with --abandon) and run the import again", error, StringComparison.Ordinal);
        Assert.Empty(await _bed.RowsAsync());
        // Back as it was, it goes on.
        await File.WriteAllBytesAsync(file, whole, LakeBed.Cancellation);
        Assert.NotEqual(0, (await _bed.RunAsync(request)).ResumedAtRow);
        await DoneAsync();
    }

    [Theory]
    [InlineData("data")]
    [InlineData("manifest")]
    [InlineData("list")]
    [InlineData("bad rows")]
    public async Task What_cannot_be_brought_back_is_forgotten_and_the_import_begins_anew(string part)
    {
        var request = await CutOffAsync();
        File.Delete(await FileAsync(part));
        Assert.True(await _bed.Importer().AbandonAsync(request, LakeBed.Cancellation));
        Assert.Equal(0, (await _bed.RunAsync(request)).ResumedAtRow);
        await DoneAsync();
    }

    private async Task DoneAsync()
    {
        Assert.Equal([1L, 2L, 4L], (await _bed.RowsAsync(columns: ["id"])).Select(r => (long)r[0]!).Order());
        Assert.Equal([[3L]], await _bed.QuarantineAsync("row"));
    }

    // Of a byte in the first page, whose checksum tells.
    private static void Damage(string file, byte[] whole, string how)
    {
        if (how == "gone") File.Delete(file);
        else if (how == "short") File.WriteAllBytes(file, whole[..(whole.Length - 20)]);
        else File.WriteAllBytes(file, [.. whole[..60], (byte)(whole[60] ^ 1), .. whole[61..]]);
    }

    private async Task<string> FileAsync(string part)
    {
        var table = await _bed.Lake.LoadAsync(part == "bad rows" ? $"{ImportBed.Table}_quarantine" : ImportBed.Table);
        var head = table.Metadata.HeadOf(StagingBranch.Name("may"))!;
        if (part == "list") return head.ManifestList!;
        if (part == "manifest") return (await ManifestFiles.ListAsync(table.Storage, table.Metadata, head, LakeBed.Cancellation))[0].Path;
        return (await StagingBranch.FilesAsync(table.Storage, table.Metadata, "may", LakeBed.Cancellation))[0].Path;
    }

    // Three rows are staged, one of them a bad one.
    private async Task<ImportRequest> CutOffAsync()
    {
        _bed.Write("a.csv", "id\n1\n2\nx\n4\n");
        var request = _bed.Request("a.csv") with { Id = "may", BatchRows = 1, Columns = "id long", BadRows = new BadRowLimit { MaxShare = 1 } };
        using var stop = new CancellationTokenSource();
        var steps = new CancelAt(4, stop);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _bed.Importer().RunAsync(request, steps, stop.Token));
        return request;
    }

    private sealed class CancelAt(int report, CancellationTokenSource stop) : IProgress<ImportProgress>
    {
        private int _reports;

        public void Report(ImportProgress value)
        {
            if (++_reports == report) stop.Cancel();
        }
    }
}
