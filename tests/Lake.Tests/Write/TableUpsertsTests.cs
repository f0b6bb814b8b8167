using System.Numerics;
using Lake.Expressions;
using Lake.Metadata;
using Lake.Scan;
using Lake.Tests.Tables;
using Lake.Types;
using Lake.Write;

namespace Lake.Tests.Write;

public class TableUpsertsTests : IDisposable
{
    private readonly RowsBed _bed;

    public TableUpsertsTests()
        : this(new LocalPlace())
    {
    }

    private protected TableUpsertsTests(TablePlace place) => _bed = new RowsBed(place);

    public void Dispose()
    {
        _bed.Dispose();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData(RowDeleteMode.CopyOnWrite, false)]
    [InlineData(RowDeleteMode.CopyOnWrite, true)]
    [InlineData(RowDeleteMode.MergeOnRead, false)]
    [InlineData(RowDeleteMode.MergeOnRead, true)]
    public async Task Rows_of_the_same_key_are_replaced_wherever_they_are_and_the_rest_is_added(RowDeleteMode mode, bool isPartitioned)
    {
        var table = await _bed.CreateAsync(isPartitioned ? RowsBed.ByShop : null, mode);
        table = await table.AppendAsync([RowsBed.Rows((1, "a", 1), (2, "b", 2), (3, "a", 3))], LakeBed.Cancellation);
        table = await table.AppendAsync([RowsBed.Rows((4, "b", 4))], LakeBed.Cancellation);
        // Row 3 moves to another partition; row 4's file goes as a whole.
        table = await table.UpsertAsync([RowsBed.Rows((3, "c", 30), (5, "a", 5)), RowsBed.Rows((4, "b", null))], null, null, LakeBed.Cancellation);
        Assert.Equal([(1, "a", 1), (2, "b", 2), (3, "c", 30), (4, "b", null), (5, "a", 5)], await RowsBed.ReadAsync(table));
        Assert.Equal(("overwrite", 3), (table.Metadata.CurrentSnapshot!.Operation, table.Metadata.Snapshots.Count));
        Assert.Equal(4, (await RowsBed.ReadAsync(table, new ScanRequest { SnapshotId = table.Metadata.CurrentSnapshot.ParentSnapshotId })).Count);
    }

    [Fact]
    public async Task Keys_that_memory_does_not_hold_at_once_are_worked_off_in_turns()
    {
        var table = await _bed.CreateAsync(mode: RowDeleteMode.MergeOnRead);
        table = await table.AppendAsync([RowsBed.Rows([.. Enumerable.Range(0, 300).Select(i => ((long)i, (string?)"a", (int?)i))])], LakeBed.Cancellation);
        // Some 17 keys at once; more of them than are listed in a filter.
        var rows = Enumerable.Range(0, 200).Select(i => ((long)i * 2, (string?)"b", (int?)-i)).ToArray();
        table = await table.UpsertAsync([RowsBed.Rows(rows[..50]), RowsBed.Rows(rows[50..])], null, new RowChangeRequest { MaxKeyBytes = 1000 }, LakeBed.Cancellation);
        var expected = Enumerable.Range(0, 300).Where(i => i % 2 == 1).Select(i => ((long)i, (string?)"a", (int?)i)).Concat(rows).Order();
        Assert.Equal(expected, await RowsBed.ReadAsync(table));
        var twice = await Assert.ThrowsAsync<LakeFormatException>(() => table.UpsertAsync([RowsBed.Rows(rows), RowsBed.Rows((0, "c", 1))], null, new RowChangeRequest { MaxKeyBytes = 1000 }, LakeBed.Cancellation));
        Assert.Equal("rows to upsert have the key id = 0 twice; key column 'id' must tell them apart", twice.Message);
    }

    [Fact]
    public async Task Keys_of_several_columns_of_any_type_are_told_apart()
    {
        var schema = new TableSchema(0,
        [
            NestedField.Required(1, "name", PrimitiveType.String),
            NestedField.Required(2, "code", PrimitiveType.String),
            NestedField.Optional(3, "price", PrimitiveType.Decimal(20, 2)),
            NestedField.Optional(4, "day", PrimitiveType.Date),
            NestedField.Optional(5, "raw", PrimitiveType.Binary),
            NestedField.Optional(6, "at", new StructType([NestedField.Optional(7, "key", PrimitiveType.Uuid), NestedField.Optional(8, "flag", PrimitiveType.Boolean)])),
            NestedField.Optional(9, "value", PrimitiveType.Int),
        ]);
        using var bed = new LakeBed();
        var table = await bed.CreateAsync(schema);
        var uuid = Guid.Parse("f79c3e09-677c-4bbd-a479-3f349cb785e7");
        object?[] Row(string name, string code, int value, bool flag = true, object?[]? at = null) => [name, code, new BigInteger(-5), 7, new byte[] { 1 }, at ?? [uuid, flag], value];
        string[] keys = ["name", "code", "price", "day", "raw", "at.key", "at.flag"];
        table = await table.AppendAsync([LakeBed.Rows(table.Schema.Fields, Row("a", "bc", 1), Row("ab", "c", 2), Row("a", "bc", 3, flag: false), Row("a", "bc", 4, at: [null, true]))], LakeBed.Cancellation);
        table = await table.UpsertAsync([LakeBed.Rows(table.Schema.Fields, Row("a", "bc", 10), Row("名", "c", 11))], keys, null, LakeBed.Cancellation);
        Assert.Equal([2, 3, 4, 10, 11], (await LakeBed.ReadAsync(table, new ScanRequest { Columns = ["value"] })).Select(r => (int)r[0]!).Order());
    }

    [Fact]
    public async Task Keys_that_are_wrong_null_or_twice_are_refused_by_their_columns_and_leave_no_file()
    {
        var table = await _bed.CreateAsync();
        Task Upsert(string[]? keys, params (long, string?, int?)[] rows) => table.UpsertAsync([RowsBed.Rows(rows)], keys, null, LakeBed.Cancellation);
        async Task<string> Error(Func<Task> act) => (await Assert.ThrowsAsync<LakeFormatException>(act)).Message;
        Assert.Equal("rows to upsert have the key id = 1, shop = a twice; key columns 'id', 'shop' must tell them apart", await Error(() => Upsert(["id", "shop"], (1, "a", 1), (1, "b", 1), (1, "a", 2))));
        Assert.Equal("key column 'shop' is null in rows to upsert; a key must have a value", await Error(() => Upsert(["id", "shop"], (1, "a", 1), (2, null, 1))));
        Assert.Equal("key column is 'ids'; table shop.orders has no column of that name", await Error(() => Upsert(["ids"], (1, "a", 1))));
        Assert.Equal("key column is 'id' twice; it must stand once", await Error(() => Upsert(["id", "id"], (1, "a", 1))));
        Assert.Equal("an upsert's key has no columns; it must have one at least", await Error(() => Upsert([], (1, "a", 1))));
        Assert.Equal(0, await _bed.ParquetFilesAsync());
        using var other = new LakeBed();
        var plain = await other.CreateAsync(new TableSchema(0, [NestedField.Optional(1, "x", PrimitiveType.Double), NestedField.Optional(2, "l", new ListType(3, PrimitiveType.Int, true))]));
        Assert.Equal("table shop.orders has no identifier fields; an upsert must name its key's columns", await Error(() => plain.UpsertAsync([LakeBed.Rows(plain.Schema.Fields, [1.0, null])], null, null, LakeBed.Cancellation)));
        Assert.Equal("key column 'x' is double; it must be primitive, and neither float nor double", await Error(() => plain.UpsertAsync([LakeBed.Rows(plain.Schema.Fields, [1.0, null])], ["x"], null, LakeBed.Cancellation)));
        Assert.Equal("key column 'l.element' stands in a list; a row has any number of it", await Error(() => plain.UpsertAsync([LakeBed.Rows(plain.Schema.Fields, [1.0, null])], ["l.element"], null, LakeBed.Cancellation)));
    }

    [Theory]
    [InlineData(RowDeleteMode.CopyOnWrite)]
    [InlineData(RowDeleteMode.MergeOnRead)]
    public async Task Upserts_of_the_same_key_at_once_leave_one_row(RowDeleteMode mode)
    {
        var table = await _bed.CreateAsync(mode: mode);
        table = await table.AppendAsync([RowsBed.Rows((1, "a", 1), (7, "z", 7))], LakeBed.Cancellation);
        _bed.Racing.BeforeSwap.Enqueue(async () => await (await _bed.OthersAsync()).UpsertAsync([RowsBed.Rows((1, "theirs", 2), (2, "theirs", 2))], null, null, LakeBed.Cancellation));
        _bed.Racing.BeforeSwap.Enqueue(async () => await (await _bed.OthersAsync()).UpsertAsync([RowsBed.Rows((3, "theirs", 3))], null, null, LakeBed.Cancellation));
        table = await table.UpsertAsync([RowsBed.Rows((1, "ours", 9), (2, "ours", 9), (3, "ours", 9))], null, null, LakeBed.Cancellation);
        Assert.Equal([(1, "ours", 9), (2, "ours", 9), (3, "ours", 9), (7, "z", 7)], await RowsBed.ReadAsync(table));
    }

    [Fact]
    public async Task Many_upserts_of_few_keys_at_once_leave_a_row_a_key()
    {
        var table = await _bed.CreateAsync(RowsBed.ByShop, RowDeleteMode.MergeOnRead, ("commit.retry.num-retries", "200"));
        var name = table.Name;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < 4; i++)
            {
                var own = await _bed.OthersAsync();
                await own.UpsertAsync([RowsBed.Rows((i % 2, $"shop{writer % 2}", writer), (2 + writer, "own", i))], null, null, LakeBed.Cancellation);
            }
        })));
        var rows = await RowsBed.ReadAsync(await _bed.OthersAsync());
        Assert.Equal([0, 1, 2, 3, 4, 5], rows.Select(r => (int)r.Id));
        Assert.All(rows.Where(r => r.Id >= 2), r => Assert.Equal(3, r.Amount));
    }

    [Fact]
    public async Task An_upsert_is_made_anew_when_the_file_of_its_rows_was_compacted_meanwhile()
    {
        var table = await _bed.CreateAsync(mode: RowDeleteMode.MergeOnRead);
        table = await table.AppendAsync([RowsBed.Rows((1, "a", 1), (2, "a", 2))], LakeBed.Cancellation);
        _bed.Racing.BeforeSwap.Enqueue(async () =>
        {
            var others = await _bed.OthersAsync();
            await using var writer = new TableWriter(others);
            await writer.WriteAsync(RowsBed.Rows((1, "a", 1), (2, "a", 2)), LakeBed.Cancellation);
            var plan = await TableScan.Of(others, new ScanRequest()).PlanAsync(LakeBed.Cancellation);
            var change = new Lake.Commit.TableChange { Operation = SnapshotOperation.Replace, IsBased = true, BasedOn = others.Metadata.CurrentSnapshotId, SequenceNumber = others.Metadata.LastSequenceNumber };
            change.Removed.AddRange(plan.Tasks.Select(t => t.File));
            change.Added.AddRange(await writer.FinishAsync(LakeBed.Cancellation));
            await others.CommitAsync(change, LakeBed.Cancellation);
        });
        table = await table.UpsertAsync([RowsBed.Rows((1, "b", 10))], null, null, LakeBed.Cancellation);
        Assert.Equal([(1, "b", 10), (2, "a", 2)], await RowsBed.ReadAsync(table));
        Assert.Equal([(1, "b", 10)], await RowsBed.ReadAsync(table, new ScanRequest { Filter = Filter.Equal("id", 1) }));
    }
}
