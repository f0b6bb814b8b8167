using System.Text;
using Lake.Expressions;
using Lake.Maintenance;
using Lake.Scan;
using Lake.Storage;
using Lake.Tests.Maintenance;
using Lake.Tests.Query;
using Lake.Tests.Tables;

namespace Lake.Tests.Storage;

/// <summary>Objects of a storage class that S3 does not read at once, which the proxy plays.</summary>
[Collection(S3Collection.Name)]
public sealed class S3ArchiveTests(S3Server server) : IDisposable
{
    private const string Refusal = "cannot be read: S3 answered 403 InvalidObjectState: as the test says; it is archived: have it restored by lake restore TABLE --where SQL --for 7d, or by whatever reads it with S3:RestoreOnRead, and read it again when S3 has made a copy, in minutes to hours";

    private S3Place? _place;
    private TieringBed? _bed;

    private S3Proxy Proxy => _place!.Proxy;

    public void Dispose()
    {
        if (_bed is not null) _bed.Dispose();
        else _place?.Dispose();
    }

    [Fact]
    public async Task A_read_says_how_to_have_it_restored_and_asks_for_nothing_by_itself()
    {
        _place = new S3Place(server);
        var location = $"{_place.Root}/a";
        await _place.WriteAsync(location, "x");
        Proxy.Faults = (_, _) => S3Fault.Archived;
        var e = await Assert.ThrowsAsync<ArchivedFileException>(() => _place.Storage.OpenLocalAsync(location, LakeBed.Cancellation));
        Assert.Equal((location, $"{location} {Refusal}"), (e.Location, e.Message));
        Assert.Equal($"{location} {Refusal}", (await Assert.ThrowsAsync<ArchivedFileException>(() => _place.ReadAsync(location))).Message);
        Assert.DoesNotContain(Proxy.Requests, r => r.IsRestore);
    }

    [Fact]
    public async Task With_the_setting_the_read_asks_for_a_copy_and_once_it_is_there_reads_it()
    {
        _place = new S3Place(server, o => (o.RestoreOnRead, o.RestoreDays, o.RestoreTier) = (true, 3, "Bulk"));
        var location = $"{_place.Root}/a";
        await _place.WriteAsync(location, "x");
        foreach (var answer in new[] { S3Fault.Accepted, S3Fault.Restoring })
        {
            Proxy.Faults = (_, r) => r.IsRestore ? answer : S3Fault.Archived;
            var e = await Assert.ThrowsAsync<ArchivedFileException>(() => _place.ReadAsync(location));
            Assert.Equal($"{location} cannot be read yet: it is archived, and S3 has been asked for a copy for 3 days; read it again when S3 has made it, in minutes to hours", e.Message);
        }
        var asked = Encoding.UTF8.GetString(Proxy.Requests.First(r => r.IsRestore).Body);
        Assert.Contains("<Days>3</Days>", asked, StringComparison.Ordinal);
        Assert.Contains("<Tier>Bulk</Tier>", asked, StringComparison.Ordinal);
        // The copy is made between the read and the request for it.
        var isMade = false;
        Proxy.Faults = (_, r) =>
        {
            if (!r.IsRestore) return isMade ? null : S3Fault.Archived;
            isMade = true;
            return S3Fault.Archived;
        };
        Assert.Equal("x"u8.ToArray(), await _place.ReadAsync(location));
    }

    [Fact]
    public async Task A_request_that_S3_refuses_names_the_right_that_is_missing()
    {
        _place = new S3Place(server, o => o.RestoreOnRead = true);
        var location = $"{_place.Root}/a";
        Proxy.Faults = (_, r) => r.IsRestore ? S3Fault.Denied : S3Fault.Archived;
        var e = await Assert.ThrowsAsync<IOException>(() => _place.ReadAsync(location));
        Assert.Equal($"{location} cannot be restored from its archive: S3 answered 403 AccessDenied: as the test says; give the credentials the right s3:RestoreObject to it, or set others", e.Message);
    }

    [Fact]
    public async Task A_query_asks_for_all_archived_files_at_once()
    {
        var table = await ColdAsync(o => o.RestoreOnRead = true);
        Proxy.Faults = (_, r) => r.IsRestore ? S3Fault.Accepted : IsCold(r) ? S3Fault.Archived : null;
        var e = await Assert.ThrowsAsync<ArchivedFileException>(() => QueryBed.LinesAsync(table.Catalog, "SELECT id FROM orders"));
        Assert.EndsWith("in minutes to hours (3 files are so)", e.Message, StringComparison.Ordinal);
        Assert.Equal(3, Proxy.Requests.Where(r => r.IsRestore).Select(r => r.Key).Distinct().Count());
        Assert.Empty(_place!.Staged());
        Proxy.Faults = (_, _) => null;
        Assert.Equal(["1", "2", "3"], (await QueryBed.LinesAsync(table.Catalog, "SELECT CAST(id AS VARCHAR) FROM orders")).Order());
    }

    [Fact]
    public async Task A_restore_asks_for_what_it_is_to_move_and_moves_it_once_it_can_be_read()
    {
        var table = await ColdAsync(_ => { });
        Proxy.Faults = (_, r) => r.IsRestore ? S3Fault.Accepted : IsCold(r) ? S3Fault.Archived : null;
        var tiering = new Tiering(table, _bed!.Options, _bed.Lake.Clock);
        var e = await Assert.ThrowsAsync<ArchivedFileException>(() => tiering.RestoreAsync(Filter.Less("id", 3L), TimeSpan.FromDays(2), null, LakeBed.Cancellation));
        Assert.Matches(@"^2 of the 2 files to restore are archived, s3://\S+ among them: their storage has been asked for copies; do this again when it has made them, in minutes to hours$", e.Message);
        Assert.Equal(2, Proxy.Requests.Count(r => r.IsRestore));
        Assert.Equal("cold:1 cold:2 cold:3", await PlacesAsync());
        Proxy.Faults = (_, _) => null;
        await tiering.RestoreAsync(Filter.Less("id", 3L), TimeSpan.FromDays(2), null, LakeBed.Cancellation);
        Assert.Equal("hot:1 hot:2 cold:3", await PlacesAsync());
    }

    // What is asked of files in the cold tier, which a scan may not read.
    private static bool IsCold(S3Request request) => request.Method == "GET" && request.Key.Contains("/cold/", StringComparison.Ordinal);

    private async Task<string> PlacesAsync()
    {
        Proxy.Faults = (_, _) => null;
        return await _bed!.PlacesAsync(await _bed.Lake.LoadAsync());
    }

    // Three files of old days in the cold tier.
    private async Task<Table> ColdAsync(Action<S3Options> set)
    {
        _place = new S3Place(server, set);
        _bed = new TieringBed(_place);
        var table = await TieringBed.AppendAsync(await _bed.CreateAsync(TieringBed.ByDay), (1, 101), (2, 102), (3, 103));
        Assert.Equal(3, (await _bed.RunAsync(table)).Moves.Count);
        return await _bed.Lake.LoadAsync();
    }
}
