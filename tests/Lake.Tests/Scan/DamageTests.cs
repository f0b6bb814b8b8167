using Lake.Catalog;
using Lake.Expressions;
using Lake.Maintenance;
using Lake.Scan;
using Lake.Tests.Query;
using Lake.Tests.Tables;
using Lake.Types;
using Lake.Write;

namespace Lake.Tests.Scan;

/// <summary>What is told of a file that is damaged or gone fits the table as it is.</summary>
public sealed class DamageTests : IDisposable
{
    private readonly LakeBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Fact]
    public async Task Where_every_snapshot_needs_the_file_only_a_copy_helps()
    {
        var table = await TableAsync(3);
        var file = await FileAsync(table, 1);
        File.Delete(file);
        var e = await Assert.ThrowsAsync<LakeFormatException>(() => LakeBed.ReadAsync(table));
        Assert.Equal($"there is no file {file}. Snapshot {table.Metadata.CurrentSnapshotId} of table shop.orders, made 2025-01-01 00:00:00Z, needs this file. No older snapshot that was looked at is whole without it: bring it back from a copy", e.Message);
    }

    [Fact]
    public async Task A_snapshot_that_lost_another_file_is_not_gone_back_to()
    {
        var table = await TableAsync(4);
        foreach (var number in (int[])[2, 4]) File.Delete(await FileAsync(table, number));
        var e = await Assert.ThrowsAsync<LakeFormatException>(() => LakeBed.ReadAsync(table, new ScanRequest { Filter = Filter.Equal("id", 4L) }));
        Assert.EndsWith($": lake rollback shop.orders --to {table.Metadata.Snapshots[0].SnapshotId}", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_the_current_snapshot_is_whole_it_is_not_gone_back()
    {
        var table = await TableAsync(2);
        var (old, file) = (table.Metadata.CurrentSnapshotId!.Value, await FileAsync(table, 2));
        table = await table.DeleteAsync(Filter.Equal("id", 2L), null, LakeBed.Cancellation);
        File.Delete(file);
        var e = await Assert.ThrowsAsync<LakeFormatException>(() => LakeBed.ReadAsync(table, new ScanRequest { SnapshotId = old }));
        Assert.EndsWith($"Snapshot {old} of table shop.orders, made 2025-01-01 00:00:00Z, needs this file. Bring it back from a copy, or read another snapshot: the current one, {table.Metadata.CurrentSnapshotId}, does not need it and has all its files", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_went_with_its_snapshot_is_no_damage()
    {
        var stale = await TableAsync(2);
        var table = await stale.DeleteAsync(Filter.Equal("id", 2L), null, LakeBed.Cancellation);
        _bed.Clock.Advance(TimeSpan.FromDays(1));
        await new SnapshotExpiry(table, _bed.Clock).RunAsync(new ExpiryRequest { MaxSnapshotAge = TimeSpan.Zero, MinSnapshotsToKeep = 1 }, null, LakeBed.Cancellation);
        var e = await Assert.ThrowsAsync<LakeFormatException>(() => LakeBed.ReadAsync(stale));
        Assert.EndsWith(". No snapshot of table shop.orders needs it any more: it was removed after this began; do it again", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_commit_onto_a_damaged_list_says_what_to_do_and_changes_nothing()
    {
        var table = await TableAsync(2);
        var list = table.Metadata.CurrentSnapshot!.ManifestList!;
        var bytes = await File.ReadAllBytesAsync(list, LakeBed.Cancellation);
        await File.WriteAllBytesAsync(list, bytes[..^20], LakeBed.Cancellation);
        var before = await LakeBed.FilesAsync(table.Storage, table.Metadata.Location);
        var e = await Assert.ThrowsAsync<LakeFormatException>(() => table.AppendAsync([LakeBed.Rows(table.Schema.Fields, [9L])], LakeBed.Cancellation));
        Assert.StartsWith(list, e.Message, StringComparison.Ordinal);
        Assert.EndsWith($": lake rollback shop.orders --to {table.Metadata.Snapshots[0].SnapshotId}", e.Message, StringComparison.Ordinal);
        Assert.Equal(table.Version.Location, (await _bed.LoadAsync()).Version.Location);
        Assert.Equal(before.Select(f => f.Location), (await LakeBed.FilesAsync(table.Storage, table.Metadata.Location)).Select(f => f.Location));
    }

    [Fact]
    public async Task A_query_says_the_same_of_a_gone_file_and_of_a_changed_page()
    {
        var table = await TableAsync(2);
        var file = await FileAsync(table, 2);
        var bytes = await File.ReadAllBytesAsync(file, LakeBed.Cancellation);
        var advice = $"Snapshot {table.Metadata.CurrentSnapshotId} of table shop.orders, made 2025-01-01 00:00:00Z, needs this file. Bring it back from a copy, or go back to snapshot {table.Metadata.Snapshots[0].SnapshotId}, "
            + $"made 2025-01-01 00:00:00Z, which does not need it and has all its files: lake rollback shop.orders --to {table.Metadata.Snapshots[0].SnapshotId}";
        // Behind the four bytes that a file begins with, and a page's header.
        bytes[60] ^= 1;
        await File.WriteAllBytesAsync(file, bytes, LakeBed.Cancellation);
        var changed = await Assert.ThrowsAsync<LakeFormatException>(() => QueryBed.LinesAsync(_bed.Catalog, "SELECT CAST(id AS VARCHAR) FROM orders"));
        Assert.StartsWith($"{file} cannot be read: ", changed.Message, StringComparison.Ordinal);
        Assert.EndsWith($"; the file is damaged. {advice}", changed.Message, StringComparison.Ordinal);
        File.Delete(file);
        Assert.Equal($"there is no file {file}. {advice}", (await Assert.ThrowsAsync<LakeFormatException>(() => QueryBed.LinesAsync(_bed.Catalog, "FROM orders"))).Message);
    }

    private async Task<Table> TableAsync(int appends)
    {
        var table = await _bed.CreateAsync(new TableSchema(0, [NestedField.Required(1, "id", PrimitiveType.Long)]));
        for (var i = 1L; i <= appends; i++) table = await table.AppendAsync([LakeBed.Rows(table.Schema.Fields, [i])], LakeBed.Cancellation);
        return table;
    }

    private static async Task<string> FileAsync(Table table, int sequenceNumber) =>
        (await TableScan.Of(table, new ScanRequest()).PlanAsync(LakeBed.Cancellation)).Tasks.Single(t => t.SequenceNumber == sequenceNumber).File.Path;
}
