using Lake.Catalog;
using Lake.Commit;
using Lake.Storage;
using Lake.Tests.Storage;
using Lake.Tests.Tables;
using Lake.Types;
using Lake.Write;
using TestKit;

namespace Lake.Tests.Faults;

/// <summary>Every request of a commit to S3 fails in every way, once or from then on.</summary>
[Collection(S3Collection.Name)]
public sealed class S3CommitFaultTests : IDisposable
{
    private static readonly TableSchema Schema = new(0, [NestedField.Required(1, "id", PrimitiveType.Long)]);

    // Those that another try does away with.
    private static readonly S3Fault[] Passing = [S3Fault.SlowDown, S3Fault.Internal, S3Fault.Dropped, S3Fault.Lost, S3Fault.Cut, S3Fault.Slow];

    private readonly S3Place _place;
    private readonly TemporaryFolder _folder = new();
    private readonly List<SqlCatalog> _catalogs = [];

    public S3CommitFaultTests(S3Server server) => _place = new S3Place(server);

    public void Dispose()
    {
        _catalogs.ForEach(c => c.Dispose());
        _place.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("file")]
    [InlineData("sql")]
    public async Task A_fault_that_passes_does_not_keep_a_commit_from_being_made_once(string catalog)
    {
        foreach (var fault in Passing)
        {
            var table = await CreateAsync(catalog, fault.ToString());
            var count = await RequestsAsync(async () => await AppendAsync(await RefreshedAsync(table)));
            for (var (at, rows) = (0, 1); at < count; at += _place.Stride(1, 2), rows++)
            {
                var request = await FailingAsync(at, fault, isLasting: false, async () => await AppendAsync(await RefreshedAsync(table)));
                await WholeAsync(table, rows + 1, $"request {at} ({request}) failed by {fault}");
            }
        }
    }

    [Theory]
    [InlineData("file", S3Fault.Denied)]
    [InlineData("file", S3Fault.Missing)]
    [InlineData("sql", S3Fault.Denied)]
    [InlineData("sql", S3Fault.Missing)]
    public async Task A_refusal_of_any_request_is_told_and_readers_see_a_whole_snapshot(string catalog, S3Fault fault)
    {
        var table = await CreateAsync(catalog, "t");
        var count = await RequestsAsync(async () => await AppendAsync(await RefreshedAsync(table)));
        var rows = 1;
        for (var at = 0; at < count; at++)
        {
            var request = "";
            var made = await TriedAsync(async () => request = await FailingAsync(at, fault, isLasting: false, async () => await AppendAsync(await RefreshedAsync(table))), fault);
            rows = await AgreesAsync(table, rows, made, $"request {at} ({request}) failed by {fault}");
        }
        // Some of the file catalog's are not needed, as the hint is not; all of the other's are.
        Assert.InRange(rows, catalog == "file" ? 2 : 1, catalog == "file" ? count : 1);
    }

    [Theory]
    [InlineData("file", S3Fault.SlowDown)]
    [InlineData("file", S3Fault.Lost)]
    [InlineData("sql", S3Fault.SlowDown)]
    [InlineData("sql", S3Fault.Lost)]
    public async Task An_outage_that_begins_at_any_request_loses_nothing_that_was_committed(string catalog, S3Fault fault)
    {
        var table = await CreateAsync(catalog, "t");
        var count = await RequestsAsync(async () => await AppendAsync(await RefreshedAsync(table)));
        var rows = 1;
        for (var at = 0; at < count; at += _place.Stride(1, 2))
        {
            var request = "";
            var made = await TriedAsync(async () => request = await FailingAsync(at, fault, isLasting: true, async () => await AppendAsync(await RefreshedAsync(table))), fault);
            rows = await AgreesAsync(table, rows, made, $"from request {at} ({request}) on all failed by {fault}");
        }
    }

    [Theory]
    [InlineData("file")]
    [InlineData("sql")]
    public async Task A_server_that_answers_half_ends_by_the_time_limit_and_the_next_try_commits(string catalog)
    {
        // The answer to a short request that is not there by then is not just late.
        using var place = new S3Place(_place.Server, o => o.RequestTimeout = TimeSpan.FromSeconds(1));
        var table = (await Table.CreateAsync(Catalog(catalog, place, "t"), TableName.Parse("shop.orders"), new TableDefinition(Schema), TimeProvider.System, LakeBed.Cancellation))!;
        var stalled = new HashSet<string>();
        place.Proxy.Faults = (_, r) => stalled.Count < 3 && r.Method is "PUT" or "GET" && r.Key.Length > 0 && stalled.Add(r.Method + Path.GetExtension(r.Key)) ? S3Fault.Stalled : null;
        await AppendAsync(table);
        Assert.Equal(3, place.Proxy.Failed);
        place.Proxy.Faults = (_, _) => null;
        await WholeAsync(table, 1, "stalled");
    }

    [Fact]
    public async Task A_commit_that_waits_for_an_answer_is_cancelled_at_once()
    {
        var table = await CreateAsync("file", "t");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(LakeBed.Cancellation);
        _place.Proxy.Faults = (_, r) =>
        {
            if (r.Method != "PUT") return null;
            stop.Cancel();
            return S3Fault.Stalled;
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => table.AppendAsync([LakeBed.Rows(Schema.Fields, [1L])], stop.Token));
        _place.Proxy.Faults = (_, _) => null;
        await WholeAsync(table, 0, "cancelled");
        Assert.Empty(_place.Staged());
    }

    private async Task<Table> CreateAsync(string catalog, string folder)
    {
        var definition = new TableDefinition(Schema) { Properties = new Dictionary<string, string> { ["commit.retry.min-wait-ms"] = "0" } };
        return (await Table.CreateAsync(Catalog(catalog, _place, folder), TableName.Parse("shop.orders"), definition, TimeProvider.System, LakeBed.Cancellation))!;
    }

    private ICatalog Catalog(string kind, S3Place place, string folder)
    {
        if (kind == "file") return new FileCatalog(place.Storage, $"{place.Root}/{folder}");
        _catalogs.Add(new SqlCatalog(place.Storage, $"{place.Root}/{folder}", _folder[$"{folder}.db"]));
        return _catalogs[^1];
    }

    private static Task<Table> RefreshedAsync(Table table) => table.RefreshAsync(LakeBed.Cancellation);

    private static Task<Table> AppendAsync(Table table) => table.AppendAsync([LakeBed.Rows(Schema.Fields, [1L])], LakeBed.Cancellation);

    // Requests that some work makes.
    private async Task<int> RequestsAsync(Func<Task> work)
    {
        var before = _place.Proxy.Requests.Count;
        await work();
        return _place.Proxy.Requests.Count - before;
    }

    // Does work whose n-th request, or all from it on, fail. That request.
    private async Task<string> FailingAsync(int at, S3Fault fault, bool isLasting, Func<Task> work)
    {
        var start = _place.Proxy.Requests.Count;
        _place.Proxy.Faults = (number, _) => isLasting ? number >= start + at ? fault : null : number == start + at ? fault : null;
        try
        {
            await work();
        }
        finally
        {
            _place.Proxy.Faults = (_, _) => null;
        }
        return _place.Proxy.Requests.ElementAtOrDefault(start + at)?.ToString() ?? "none";
    }

    // Whether it was made; null where that is not known.
    private static async Task<bool?> TriedAsync(Func<Task> work, S3Fault fault)
    {
        var e = await Record.ExceptionAsync(work);
        if (e is null) return true;
        Assert.True(e is IOException or CommitStateUnknownException or CommitNotMadeException or LakeFormatException, $"{e}");
        // Answers without a body have no code of S3.
        var reason = fault switch { S3Fault.Denied => "S3 answered 403 (AccessDenied|Forbidden): .*; give the credentials the right s3:", S3Fault.SlowDown => "S3 answered 503 (SlowDown|ServiceUnavailable): .*; do it again later", _ => "" };
        Assert.Matches(@"s3://lake/\S+", e.Message);
        if (reason.Length > 0) Assert.Matches($@"s3://lake/\S+ cannot be (read|looked for|listed|written|created): {reason}", e.Message);
        return e is CommitStateUnknownException ? null : false;
    }

    // What a reader sees is what was made; how many rows that is.
    private static async Task<int> AgreesAsync(Table table, int rows, bool? made, string what)
    {
        var seen = (await LakeBed.ReadAsync(await RefreshedAsync(table))).Count;
        Assert.True(made is { } known ? seen == rows + (known ? 1 : 0) : seen == rows || seen == rows + 1, $"{what}: made is {made}, {rows} rows were there and {seen} are");
        await WholeAsync(table, seen, what);
        return seen;
    }

    private static async Task WholeAsync(Table table, int rows, string what)
    {
        var now = await RefreshedAsync(table);
        Assert.True((await LakeBed.ReadAsync(now)).Count == rows && now.Metadata.Snapshots.Count == rows, $"{what}: {now.Metadata.Snapshots.Count} snapshots, and {rows} rows were expected");
    }
}
