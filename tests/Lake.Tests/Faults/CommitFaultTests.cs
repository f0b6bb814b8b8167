using Lake.Catalog;
using Lake.Commit;
using Lake.Storage;
using Lake.Tests.Storage;
using Lake.Tests.Tables;
using Lake.Types;
using Lake.Write;

namespace Lake.Tests.Faults;

/// <summary>Every call of a commit to its storage fails in every way.</summary>
public sealed class CommitFaultTests
{
    private static readonly TableSchema Schema = new(0, [NestedField.Required(1, "id", PrimitiveType.Long)]);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whatever_step_of_a_commit_fails_readers_see_a_whole_snapshot_and_nothing_committed_is_lost(bool sql)
    {
        var calls = await CallsAsync(sql);
        Assert.InRange(calls.Count, 6, 40);
        foreach (var fault in Enum.GetValues<StorageFault>())
        {
            for (var call = 0; call < calls.Count; call++) await FailAsync(sql, call, fault, $"call {call} ({calls[call]}) fails by {fault}");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_full_disk_says_what_to_do(bool sql)
    {
        using var bed = new LakeBed(folder => Catalog(new FullDisk(), folder, sql));
        using var clean = new LakeBed(_ => Catalog(new LocalStorage(), bed.Folder, sql));
        await clean.CreateAsync(Schema);
        var e = await Assert.ThrowsAnyAsync<IOException>(async () => await AppendAsync(await bed.LoadAsync()));
        Assert.EndsWith("cannot be written: the disk is full; free space on it, or expire snapshots and remove orphan files of tables, then try again", e.Message, StringComparison.Ordinal);
        Assert.Empty(await LakeBed.ReadAsync(await clean.LoadAsync()));
    }

    // One append with a fault, then what a reader sees, and one without.
    private static async Task FailAsync(bool sql, int call, StorageFault fault, string what)
    {
        var storage = new FaultyStorage(new LocalStorage());
        using var clean = new LakeBed(folder => Catalog(new LocalStorage(), folder, sql));
        using var faulty = new LakeBed(_ => Catalog(storage, clean.Folder, sql));
        await AppendAsync(await clean.CreateAsync(Schema));
        storage.Fail(call, fault);
        var made = await TryAppendAsync(faulty);
        Assert.True(storage.Failed == 1, what);
        var seen = (await LakeBed.ReadAsync(await clean.LoadAsync())).Count;
        Assert.True(made is { } known ? seen == (known ? 2 : 1) : seen is 1 or 2, $"{what}: made is {made}, and {seen} rows are seen");
        await AppendAsync(await clean.LoadAsync());
        Assert.True((await LakeBed.ReadAsync(await clean.LoadAsync())).Count == seen + 1, what);
        Assert.True((await clean.LoadAsync()).Metadata.Snapshots.Count == seen + 1, what);
    }

    // Whether the commit was made; null where that is not known.
    private static async Task<bool?> TryAppendAsync(LakeBed bed)
    {
        try
        {
            await AppendAsync(await bed.LoadAsync());
            return true;
        }
        catch (CommitStateUnknownException)
        {
            return null;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static async Task<List<string>> CallsAsync(bool sql)
    {
        var storage = new FaultyStorage(new LocalStorage());
        using var clean = new LakeBed(folder => Catalog(new LocalStorage(), folder, sql));
        using var bed = new LakeBed(_ => Catalog(storage, clean.Folder, sql));
        await AppendAsync(await clean.CreateAsync(Schema));
        await AppendAsync(await bed.LoadAsync());
        return storage.Calls;
    }

    private static Task<Table> AppendAsync(Table table) => table.AppendAsync([LakeBed.Rows(table.Schema.Fields, [1L])], LakeBed.Cancellation);

    private static ICatalog Catalog(ITableStorage storage, string folder, bool sql) =>
        sql ? new SqlCatalog(storage, $"{folder}/lake", Path.Combine(folder, "catalog.db")) : new FileCatalog(storage, $"{folder}/lake");
}
