using Lake.Scan;
using Lake.Tests.Storage;
using Lake.Tests.Tables;
using Lake.Write;

namespace Lake.Tests.Faults;

/// <summary>Requests of a scan of a table on S3 fail: it gives all rows, or says what failed.</summary>
[Collection(S3Collection.Name)]
public sealed class S3ScanFaultTests : IDisposable
{
    private readonly S3Place _place;
    private readonly RowsBed _bed;

    public S3ScanFaultTests(S3Server server) => _bed = new RowsBed(_place = new S3Place(server));

    public void Dispose() => _bed.Dispose();

    [Theory]
    [InlineData(S3Fault.SlowDown)]
    [InlineData(S3Fault.Internal)]
    [InlineData(S3Fault.Dropped)]
    [InlineData(S3Fault.Lost)]
    [InlineData(S3Fault.Cut)]
    [InlineData(S3Fault.Slow)]
    public async Task Faults_of_one_request_in_three_pass_unseen(S3Fault fault)
    {
        var table = await FilledAsync();
        _place.Proxy.Faults = (number, _) => number % 3 == 0 ? fault : null;
        Assert.Equal([1L, 2, 4, 5], (await RowsBed.ReadAsync(await table.RefreshAsync(LakeBed.Cancellation))).Select(r => r.Id));
        Assert.NotEqual(0, _place.Proxy.Failed);
        Assert.Empty(_place.Staged());
    }

    [Theory]
    [InlineData(S3Fault.Denied, "cannot be read: S3 answered 403 AccessDenied: as the test says; give the credentials the right s3:GetObject to it, or set others")]
    [InlineData(S3Fault.SlowDown, "cannot be read: S3 answered 503 SlowDown: as the test says; tried 4 times; do it again later, or raise S3:Retries")]
    [InlineData(S3Fault.Missing, "ring it back from a copy")]
    public async Task A_file_that_cannot_be_had_in_the_middle_is_named_with_the_reason_and_what_to_do(S3Fault fault, string message)
    {
        var table = await FilledAsync();
        var start = _place.Proxy.Requests.Count;
        await RowsBed.ReadAsync(table);
        // The list, manifests, data and deletes, one after the other.
        var keys = _place.Proxy.Requests.Skip(start).Select(r => r.Key).Distinct().ToList();
        Assert.InRange(keys.Count, 7, 8);
        foreach (var key in keys)
        {
            _place.Proxy.Faults = (_, r) => r.Key == key ? fault : null;
            var e = await Record.ExceptionAsync(() => RowsBed.ReadAsync(table));
            _place.Proxy.Faults = (_, _) => null;
            Assert.True(e is IOException or LakeFormatException, $"{key}: {e}");
            Assert.Contains($"s3://{S3Server.Bucket}/{key}", e!.Message, StringComparison.Ordinal);
            Assert.True(e.Message.Contains(message, StringComparison.Ordinal), e.Message);
            Assert.Empty(_place.Staged());
        }
        Assert.Equal([1L, 2, 4, 5], (await RowsBed.ReadAsync(table)).Select(r => r.Id));
    }

    // Two files of three rows, a row of each deleted.
    private async Task<Table> FilledAsync()
    {
        var table = await _bed.CreateAsync(mode: RowDeleteMode.MergeOnRead);
        table = await table.AppendAsync([RowsBed.Rows((0, "a", 0), (1, "a", 1), (2, "a", 2))], LakeBed.Cancellation);
        table = await table.AppendAsync([RowsBed.Rows((3, "a", 3), (4, "a", 4), (5, "a", 5))], LakeBed.Cancellation);
        return await table.DeleteAsync(Expressions.Filter.In("id", 0, 3), null, LakeBed.Cancellation);
    }
}
