using Lake.Maintenance;
using Lake.Scan;
using Lake.Storage;
using Lake.Stress;
using Lake.Tests.Storage;
using Lake.Tests.Tables;
using TestKit;

namespace Lake.Tests.Stress;

/// <summary>A process is killed at each step of a commit and of upkeep that has a name, one after another, over both catalogs.</summary>
public sealed class KillStepTests : IDisposable
{
    private static readonly string[] Catalogs = ["file", "sql"];

    // Steps that a catalog does not have: a SQL catalog needs no file that tells the newest version.
    private static readonly (string Catalog, string Step)[] Absent = [("sql", "hint")];

    // What a call of a storage is to a process that may die at it. Calls that change nothing that others see have no point of their own.
    private static readonly Dictionary<string, string[]> StepsOfCalls = new()
    {
        ["Read"] = ["look"], ["OpenLocal"] = ["read"], ["Publish"] = ["data"], ["Write"] = ["manifest", "list", "metadata"], ["TryCreate"] = ["metadata"], ["Replace"] = ["hint"], ["Delete"] = ["delete"],
        ["CreateLocal"] = [], ["Exists"] = [], ["List"] = [],
    };

    private readonly TemporaryFolder _folder = new();
    private readonly KillLedger _ledger = new();
    private Bench? _bench;
    private long _batches = 1_000_000_000;

    private Bench Bench => _bench!;

    /// <summary>All steps of both catalogs, in an order that is drawn by a seed.</summary>
    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = Catalogs.SelectMany(c => FaultPoint.Steps.Select(s => (Catalog: c, Step: s))).Except(Absent).ToArray();
            new Random(7).Shuffle(cases);
            return [.. cases];
        }
    }

    public void Dispose()
    {
        _bench?.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Whoever_is_killed_before_in_or_after_a_step_what_was_acknowledged_is_there_and_others_go_on(string catalog, string step)
    {
        await OpenAsync(catalog);
        foreach (var (point, number) in FaultPoint.Of(step).Select((p, i) => (p, i)))
        {
            // Each takes what the ones before it left; reads of data and deletes are those of upkeep.
            for (var i = 0; i < 3; i++) await AppendAsync();
            var job = step switch { "read" => "compact", "delete" => "expire", _ => "append" };
            var time = job == "append" ? 1 + (number % 2) : 1;
            Assert.True(await StressProcess.RunAsync(_ledger, job, catalog, _folder.Path, "0", job == "append" ? $"{number * 2}" : "0", job == "append" ? "2" : "1", $"{point}:{time}"), $"{job} was not killed at {point}:{time}");
            await _ledger.CheckAsync(await Bench.LoadAsync(), $"killed at {point}");
            await AppendAsync();
            await _ledger.CheckAsync(await Bench.LoadAsync(), $"killed at {point}, and went on");
        }
        await EndedAsync();
    }

    [Fact]
    public async Task Each_call_by_which_commits_and_upkeep_change_something_has_a_step_at_which_processes_are_killed()
    {
        var place = new LocalPlace();
        var storage = new FaultyStorage(place.Storage);
        using var bed = new LakeBed(place, storage);
        var table = await bed.CreateAsync(RowsBed.Schema, RowsBed.ByShop);
        for (var i = 0; i < 3; i++) table = await Lake.Write.TableAppends.AppendAsync(table, [RowsBed.Rows((i, "a", i), (i + 10, "b", i))], LakeBed.Cancellation);
        table = await Lake.Write.TableDeletes.DeleteAsync(table, Expressions.Filter.Equal("id", 1L), null, LakeBed.Cancellation);
        await new Compaction(table).RunAsync(new CompactionRequest { MinInputFiles = 2 }, null, LakeBed.Cancellation);
        bed.Clock.Advance(TimeSpan.FromDays(1));
        await new SnapshotExpiry(await bed.LoadAsync(), bed.Clock).RunAsync(new ExpiryRequest { MaxSnapshotAge = TimeSpan.Zero, MinSnapshotsToKeep = 1 }, null, LakeBed.Cancellation);
        var calls = storage.Calls.Select(c => c.Split(' ')[0]).Distinct().ToList();
        Assert.Empty(calls.Except(StepsOfCalls.Keys));
        Assert.Contains("Delete", calls);
        // And each step is one of a call, or the catalog's own; and no step is left out of the cases but where the catalog has it not.
        Assert.Equal(FaultPoint.Steps.Order(), StepsOfCalls.Values.SelectMany(s => s).Append("swap").Distinct().Order());
        Assert.Equal((Catalogs.Length * FaultPoint.Steps.Count) - Absent.Length, Cases.Count);
    }

    [Fact]
    public async Task Steps_that_a_catalog_is_said_not_to_have_kill_no_one()
    {
        foreach (var (catalog, step) in Absent)
        {
            await OpenAsync(catalog);
            Assert.False(await StressProcess.RunAsync(_ledger, "append", catalog, _folder.Path, "0", "0", "2", $"{step}:before:1"));
            await _ledger.CheckAsync(await Bench.LoadAsync(), step);
        }
    }

    private async Task OpenAsync(string catalog)
    {
        FaultPoint.TryParse(FaultPoint.Never, out var never);
        _bench = Bench.Open(catalog, _folder.Path, never);
        await _bench.CreateAsync();
    }

    private async Task AppendAsync()
    {
        await Bench.AppendAsync(_batches);
        _ledger.Add($"added {_batches++}");
    }

    // What the dead left goes, and nothing else.
    private async Task EndedAsync()
    {
        var later = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UtcNow.AddDays(30));
        await new Compaction(await Bench.LoadAsync()).RunAsync(new CompactionRequest { MinInputFiles = 2 }, null, LakeBed.Cancellation);
        await new SnapshotExpiry(await Bench.LoadAsync(), later).RunAsync(new ExpiryRequest { MaxSnapshotAge = TimeSpan.Zero }, null, LakeBed.Cancellation);
        await new OrphanFiles(await Bench.LoadAsync(), later).RunAsync(OrphanFiles.DefaultAge, null, LakeBed.Cancellation);
        var table = await Bench.LoadAsync();
        await _ledger.CheckAsync(table, "at the end");
        var files = (await TableScan.Of(table, new ScanRequest()).PlanAsync(LakeBed.Cancellation)).Tasks.Select(t => t.File.Path).Order(StringComparer.Ordinal);
        Assert.Equal(files, Directory.EnumerateFiles($"{table.Metadata.Location}/data", "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal));
    }
}
