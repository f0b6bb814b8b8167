using System.Globalization;
using Lake.Import.Staging;
using Lake.Metadata;
using Lake.Types;
using Microsoft.Extensions.Time.Testing;

namespace Lake.Tests.Import.Staging;

public sealed class DoneImportsTests
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public void However_many_imports_come_after_it_one_is_known()
    {
        var table = New();
        for (var i = 1; i <= 1000; i++) table = Import(table, Name(i), i);
        Assert.All(Enumerable.Range(1, 1000), i => Assert.Equal(i, DoneImports.Read(table, Name(i))?.Rows));
        // And after the snapshots that brought them are gone.
        table = Expire(table, [.. table.Snapshots.SkipLast(1).Select(s => s.SnapshotId)]);
        Assert.All(Enumerable.Range(1, 1000), i => Assert.Equal(i, DoneImports.Read(table, Name(i))?.Rows));
        Assert.Null(DoneImports.Read(table, "other"));
        Assert.InRange(table.Properties.Sum(p => p.Key.Length + p.Value.Length), 1000, 170_000);
    }

    [Fact]
    public void History_decides_as_far_as_it_is_there_and_the_note_beyond()
    {
        // 1 and 2 are imports, 3 and 4 come after a rollback to 1.
        var table = Import(Import(New(), "a", 1), "b", 2);
        Assert.Equal((1L, 2L), (DoneImports.Read(table, "a")!.Rows, DoneImports.Read(table, "b")!.Rows));
        table = Snapshot(Snapshot(To(table, 1), 3, 1), 4, 3);
        Assert.Equal((true, false), (Has(table, "a"), Has(table, "b")));
        var back = To(table, 2);
        Assert.Equal((true, true), (Has(back, "a"), Has(back, "b")));
        // Whether or not the snapshots that were left are there still.
        table = Expire(table, 1, 2);
        Assert.Equal((true, false), (Has(table, "a"), Has(table, "b")));
        table = Expire(table, 3);
        Assert.Equal((true, false), (Has(table, "a"), Has(table, "b")));
    }

    [Fact]
    public void A_branch_that_goes_back_beyond_an_import_by_a_tag_does_not_have_it()
    {
        var table = Import(Snapshot(New(), 1, null), "a", 2);
        table = Snapshot(table, 3, 2);
        table = new MetadataBuilder(table, _clock).SetRef("old", new SnapshotRef(1, false)).Build("m");
        table = Expire(table, 2);
        Assert.True(Has(table, "a"));
        table = Snapshot(To(table, 1), 4, 1);
        Assert.False(Has(table, "a"));
    }

    [Fact]
    public void An_import_without_rows_is_done_whatever_the_history()
    {
        var builder = new MetadataBuilder(New(), _clock);
        DoneImports.Write(builder, "none", new DoneImport(0, 1, 0, 3, "mark", null));
        Assert.Equal(3, DoneImports.Read(builder.Build("m"), "none")!.BadRows);
    }

    private static string Name(int number) => number.ToString("x16", CultureInfo.InvariantCulture);

    private static bool Has(TableMetadata table, string id) => DoneImports.Read(table, id) is not null;

    private TableMetadata New() => MetadataBuilder.NewTable("/t", new TableSchema(0, [NestedField.Required(1, "id", PrimitiveType.Long)]), PartitionSpec.Unpartitioned, SortOrder.Unsorted, new Dictionary<string, string>(), _clock);

    // Snapshots have the number of their sequence as their id.
    private TableMetadata Import(TableMetadata table, string id, int number)
    {
        var done = new DoneImport(0, 1, number, 0, new string('m', 32), null);
        var summary = new Dictionary<string, string> { ["operation"] = "append" };
        DoneImports.Sign(summary, id, done);
        var builder = new MetadataBuilder(table, _clock).AddSnapshot(new Snapshot(number, table.CurrentSnapshotId, number, 0, "list", summary));
        DoneImports.Write(builder, id, done with { SequenceNumber = number });
        return builder.Build("m");
    }

    private TableMetadata Snapshot(TableMetadata table, long number, long? parent) =>
        new MetadataBuilder(table, _clock).AddSnapshot(new Snapshot(number, parent, number, 0, "list", new Dictionary<string, string> { ["operation"] = "append" })).Build("m");

    private TableMetadata To(TableMetadata table, long number) => new MetadataBuilder(table, _clock).SetRef(SnapshotRef.Main, new SnapshotRef(number, true)).Build("m");

    private TableMetadata Expire(TableMetadata table, params long[] numbers)
    {
        var builder = new MetadataBuilder(table, _clock);
        DoneImports.Settle(table, builder);
        return builder.RemoveSnapshots(numbers.ToHashSet()).Build("m");
    }
}
