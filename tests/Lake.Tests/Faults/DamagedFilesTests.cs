using Lake.Evolution;
using Lake.Expressions;
using Lake.Manifests;
using Lake.Metadata;
using Lake.Scan;
using Lake.Tests.Tables;
using Lake.Types;
using Lake.Write;

namespace Lake.Tests.Faults;

/// <summary>Files that vanished or were cut off are named, wherever they were cut.</summary>
public sealed class DamagedFilesTests : IDisposable
{
    private readonly LakeBed _bed = new();
    private int _refused;

    public void Dispose() => _bed.Dispose();

    public enum Part
    {
        Metadata,
        List,
        Manifest,
        Data,
    }

    [Theory]
    [InlineData(Part.List)]
    [InlineData(Part.Manifest)]
    [InlineData(Part.Data)]
    public async Task Of_a_vanished_file_it_is_told_what_needs_it_and_the_command_that_goes_back(Part part)
    {
        var file = await FileAsync(part);
        var snapshots = (await _bed.LoadAsync()).Metadata.Snapshots;
        File.Delete(file);
        var e = await Assert.ThrowsAsync<LakeFormatException>(ReadAsync);
        var kind = part switch { Part.List => "manifest list", Part.Manifest => "manifest", _ => "file" };
        Assert.Equal(
            $"there is no file {file}. Snapshot {snapshots[1].SnapshotId} of table shop.orders, made 2025-01-01 00:00:00Z, needs this {kind}. Bring it back from a copy, or go back to snapshot {snapshots[0].SnapshotId}, "
            + $"made 2025-01-01 00:00:00Z, which does not need it and has all its files: lake rollback shop.orders --to {snapshots[0].SnapshotId}",
            e.Message);
        Assert.Equal(file, e.Location);
        await (await _bed.LoadAsync()).RollbackAsync(snapshots[0].SnapshotId, LakeBed.Cancellation);
        Assert.Equal([[1000L]], await LakeBed.ReadAsync(await _bed.LoadAsync()));
    }

    [Theory]
    [InlineData(Part.Metadata)]
    [InlineData(Part.List)]
    [InlineData(Part.Manifest)]
    [InlineData(Part.Data)]
    public async Task A_file_that_was_cut_off_anywhere_is_named_and_never_read_as_a_shorter_one(Part part)
    {
        var file = await FileAsync(part);
        var whole = await File.ReadAllBytesAsync(file, LakeBed.Cancellation);
        // A list's length is told nowhere: each of its bytes is tried.
        var step = part == Part.List ? 1 : Math.Max(1, whole.Length / 200);
        for (var length = 0; length < whole.Length; length += step)
        {
            await File.WriteAllBytesAsync(file, whole[..length], LakeBed.Cancellation);
            var e = await Record.ExceptionAsync(ReadAsync);
            Assert.True(e is LakeFormatException, $"cut after {length} of {whole.Length} bytes: {e?.ToString() ?? "no error"}");
            Assert.Contains(file, e!.Message, StringComparison.Ordinal);
            Assert.Contains(part == Part.Metadata ? $"write 2 into {Path.GetDirectoryName(file)}/version-hint.text" : ": lake rollback shop.orders --to ", e.Message, StringComparison.Ordinal);
        }
        await File.WriteAllBytesAsync(file, whole, LakeBed.Cancellation);
        await ReadAsync();
    }

    [Fact]
    public async Task A_changed_byte_of_a_data_page_is_an_error_that_names_the_file()
    {
        var file = await FileAsync(Part.Data);
        var whole = await File.ReadAllBytesAsync(file, LakeBed.Cancellation);
        int start, length;
        using (var reader = new ParquetSharp.ParquetFileReader(file))
        {
            using var group = reader.RowGroup(0);
            using var chunk = group.MetaData.GetColumnChunkMetaData(0);
            (start, length) = (4, (int)chunk.TotalCompressedSize);
        }
        for (var at = start; at < start + length; at++)
        {
            var changed = (byte[])whole.Clone();
            changed[at] ^= 0x10;
            await File.WriteAllBytesAsync(file, changed, LakeBed.Cancellation);
            var e = await Record.ExceptionAsync(ReadAsync);
            // A page's header has bytes that say nothing of the rows, like its own statistics.
            if (e is null) continue;
            Assert.True(e is LakeFormatException && e.Message.StartsWith($"{file} cannot be read: ", StringComparison.Ordinal) && e.Message.Contains(": lake rollback shop.orders --to ", StringComparison.Ordinal), $"byte {at}: {e}");
            _refused++;
        }
        Assert.InRange(_refused, length / 2, length);
    }

    [Fact]
    public async Task A_clock_that_goes_back_keeps_the_order_of_changes()
    {
        var table = await _bed.CreateAsync(new TableSchema(0, [NestedField.Required(1, "id", PrimitiveType.Long)]));
        var start = _bed.Clock.GetUtcNow();
        foreach (var hours in (int[])[1, -5, 0, 2, -1])
        {
            var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(start.AddHours(hours));
            var loaded = await Table.LoadAsync(_bed.Catalog, table.Name, clock, LakeBed.Cancellation);
            await loaded!.AppendAsync([LakeBed.Rows(table.Schema.Fields, [1L])], LakeBed.Cancellation);
        }
        var metadata = (await _bed.LoadAsync()).Metadata;
        long[] hoursLater = [.. metadata.SnapshotLog.Select(e => (e.TimestampMs - start.ToUnixTimeMilliseconds()) / 3_600_000)];
        Assert.Equal([1, 1, 1, 2, 2], hoursLater);
        Assert.Equal(metadata.SnapshotLog.Select(e => e.TimestampMs), metadata.Snapshots.Select(s => s.TimestampMs));
        Assert.Equal(metadata.SnapshotLog[^1].TimestampMs, metadata.LastUpdatedMs);
        Assert.Equal(metadata.MetadataLog.Select(e => e.TimestampMs).Order(), metadata.MetadataLog.Select(e => e.TimestampMs));
        Assert.Equal(metadata.Snapshots[2].SnapshotId, metadata.SnapshotAt(start.AddHours(1).ToUnixTimeMilliseconds())!.SnapshotId);
    }

    private async Task<string> FileAsync(Part part)
    {
        var table = await _bed.CreateAsync(new TableSchema(0, [NestedField.Required(1, "id", PrimitiveType.Long)]));
        table = await table.AppendAsync([LakeBed.Rows(table.Schema.Fields, [1000L])], LakeBed.Cancellation);
        table = await table.AppendAsync([LakeBed.Rows(table.Schema.Fields, [.. Enumerable.Range(0, 50).Select(i => new object?[] { (long)i })])], LakeBed.Cancellation);
        if (part == Part.Metadata) return table.Version.Location;
        var list = table.Metadata.CurrentSnapshot!.ManifestList!;
        if (part == Part.List) return list;
        if (part == Part.Manifest) return (await ManifestFiles.ListAsync(table.Storage, table.Metadata, table.Metadata.CurrentSnapshot, LakeBed.Cancellation)).Single(m => m.AddedSnapshotId == table.Metadata.CurrentSnapshotId).Path;
        return (await TableScan.Of(table, new ScanRequest()).PlanAsync(LakeBed.Cancellation)).Tasks.Single(t => t.SequenceNumber == 2).File.Path;
    }

    private async Task ReadAsync() => Assert.Equal(51, (await LakeBed.ReadAsync(await _bed.LoadAsync())).Count);
}
