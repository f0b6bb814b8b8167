using System.Text.Json;
using Lake;
using Lake.Evolution;
using Lake.Scan;
using Lake.Tests.Tables;
using Lake.Write;

namespace LakeService.Tests.Commands;

public sealed class DamageCommandsTests : IDisposable
{
    private readonly CommandBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Fact]
    public async Task A_damaged_table_is_told_in_its_row_and_the_others_are_listed()
    {
        await _bed.Rows.CreateAsync();
        var damaged = await _bed.Rows.Bed.CreateAsync(RowsBed.Schema, name: "shop.broken");
        await _bed.Rows.Bed.CreateAsync(RowsBed.Schema, name: "shop.zoo");
        await File.WriteAllTextAsync(damaged.Version.Location, "{", LakeBed.Cancellation);
        var (code, output, error) = await _bed.RunAsync("tables");
        Assert.Equal(1, code);
        var lines = output.Split('\n');
        Assert.Matches(@"^shop\.broken +- +- +- +- +damaged$", lines[1]);
        Assert.StartsWith("shop.orders", lines[2], StringComparison.Ordinal);
        Assert.StartsWith("shop.zoo", lines[3], StringComparison.Ordinal);
        Assert.StartsWith($"lake: table shop.broken cannot be read: {damaged.Version.Location}: ", error, StringComparison.Ordinal);
        Assert.EndsWith($"It is the newest metadata file of table shop.broken: bring it back from a copy; lake drop TABLE --yes forgets the table\n", error, StringComparison.Ordinal);
        var json = JsonDocument.Parse((await _bed.RunAsync("tables", "--json")).Output).RootElement;
        Assert.Equal(3, json.GetArrayLength());
        Assert.Contains("newest metadata file", json[0].GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal("shop.broken is dropped, its data files stay\n", await _bed.OutputAsync("drop", "broken", "--yes"));
        Assert.DoesNotContain("broken", await _bed.OutputAsync("tables"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_command_that_an_error_names_goes_back()
    {
        var table = await FilledAsync();
        var file = (await TableScan.Of(table, new ScanRequest()).PlanAsync(LakeBed.Cancellation)).Tasks.Single(t => t.SequenceNumber == 3).File.Path;
        var bytes = await File.ReadAllBytesAsync(file, LakeBed.Cancellation);
        bytes[60] ^= 1;
        await File.WriteAllBytesAsync(file, bytes, LakeBed.Cancellation);
        foreach (var command in (string[][])[["sql", "SELECT sum(id) FROM orders"], ["export", "orders", "--to", Path.Combine(_bed.Folder, "out.csv")]])
        {
            var error = await _bed.ErrorAsync(1, command);
            Assert.StartsWith($"lake: {file} cannot be read: ", error, StringComparison.Ordinal);
            Assert.EndsWith($": lake rollback shop.orders --to {table.Metadata.Snapshots[1].SnapshotId}", error, StringComparison.Ordinal);
        }
        Assert.Equal(
            $"shop.orders shows snapshot {table.Metadata.Snapshots[1].SnapshotId} again, made 2025-01-01 00:00:00.000Z; before it was at {table.Metadata.CurrentSnapshotId}\n",
            await _bed.OutputAsync("rollback", "shop.orders", "--to", $"{table.Metadata.Snapshots[1].SnapshotId}"));
        Assert.Equal("n\n3\n", await _bed.OutputAsync("sql", "SELECT sum(id) AS n FROM orders", "--format", "csv"));
    }

    [Theory]
    [InlineData("compact")]
    [InlineData("expire", "--older-than", "1s")]
    [InlineData("orphans")]
    [InlineData("drop", "--purge", "--yes")]
    public async Task Upkeep_of_a_damaged_table_names_the_file_says_what_to_do_and_removes_nothing(string command, params string[] arguments)
    {
        var table = await FilledAsync();
        _bed.Rows.Bed.Clock.Advance(TimeSpan.FromMinutes(1));
        var list = table.Metadata.CurrentSnapshot!.ManifestList!;
        var bytes = await File.ReadAllBytesAsync(list, LakeBed.Cancellation);
        await File.WriteAllBytesAsync(list, bytes[..^20], LakeBed.Cancellation);
        var files = Directory.GetFiles(_bed.Folder, "*", SearchOption.AllDirectories);
        var error = await _bed.ErrorAsync(1, [command, "orders", .. arguments]);
        // Behind how far it was.
        Assert.StartsWith($"lake: {list} ", error.Split('\n')[^1], StringComparison.Ordinal);
        Assert.Contains($"or go back to snapshot {table.Metadata.Snapshots[1].SnapshotId}", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.Equal(files.Order(), Directory.GetFiles(_bed.Folder, "*", SearchOption.AllDirectories).Order());
    }

    [Fact]
    public async Task A_table_goes_back_to_a_tag_and_to_a_time()
    {
        var table = await FilledAsync();
        var ids = table.Metadata.Snapshots.Select(s => s.SnapshotId).ToList();
        await table.CreateTagAsync("good", ids[1], null, LakeBed.Cancellation);
        var json = JsonDocument.Parse(await _bed.OutputAsync("rollback", "orders", "--to", "good", "--json")).RootElement;
        Assert.Equal((ids[1], ids[2]), (json.GetProperty("snapshot_id").GetInt64(), json.GetProperty("snapshot_before").GetInt64()));
        Assert.Contains($"snapshot {ids[1]} again", await _bed.OutputAsync("rollback", "orders", "--to", "2025-01-01T00:00:00Z"), StringComparison.Ordinal);
        Assert.Equal($"lake: snapshot id is {ids[2]}; the main branch has no such snapshot in its history", await _bed.ErrorAsync(1, "rollback", "orders", "--to", $"{ids[2]}"));
        Assert.StartsWith("lake: time is 2024-01-01T00:00:00.000", await _bed.ErrorAsync(1, "rollback", "orders", "--to", "2024-01-01T00:00:00Z"), StringComparison.Ordinal);
        Assert.StartsWith("lake: --to is 'better'; it must be a snapshot id", await _bed.ErrorAsync(2, "rollback", "orders", "--to", "better"), StringComparison.Ordinal);
        Assert.Contains("--to", await _bed.ErrorAsync(2, "rollback", "orders"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_is_dropped_when_that_is_confirmed_and_its_files_go_when_that_is_asked_for()
    {
        var table = await FilledAsync();
        var other = await _bed.Rows.Bed.CreateAsync(RowsBed.Schema, name: "shop.other");
        await other.AppendAsync([RowsBed.Rows((7, "a", 1))], LakeBed.Cancellation);
        Assert.Equal("lake: --yes is not given; with it, table shop.orders goes from the catalog, and its data files stay, and cannot be had back", await _bed.ErrorAsync(2, "drop", "orders"));
        Assert.Equal("lake: --yes is not given; with it, table shop.orders goes with all its files, and cannot be had back", await _bed.ErrorAsync(2, "drop", "orders", "--purge"));
        Assert.Equal("n\n6\n", await _bed.OutputAsync("sql", "SELECT sum(id) AS n FROM orders", "--format", "csv"));
        Assert.Equal("shop.orders is dropped, its data files stay\n", await _bed.OutputAsync("drop", "orders", "--yes"));
        Assert.Equal(3, Directory.GetFiles($"{table.Metadata.Location}/data", "*.parquet", SearchOption.AllDirectories).Length);
        Assert.Equal("lake: TABLE is 'orders'; the lake has no such table, see lake tables", await _bed.ErrorAsync(2, "drop", "orders", "--yes"));
        var json = JsonDocument.Parse(await _bed.OutputAsync("drop", "shop.other", "--purge", "--yes", "--json")).RootElement;
        Assert.Equal(("shop.other", true), (json.GetProperty("table").GetString(), json.GetProperty("is_purged").GetBoolean()));
        Assert.Empty(await LakeBed.FilesAsync(other.Storage, other.Metadata.Location));
    }

    private async Task<Table> FilledAsync()
    {
        var table = await _bed.Rows.CreateAsync();
        for (var i = 1; i <= 3; i++) table = await table.AppendAsync([RowsBed.Rows((i, "a", i))], LakeBed.Cancellation);
        return table;
    }
}
