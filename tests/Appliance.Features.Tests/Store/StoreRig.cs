using System.Text;
using Appliance.Features.Store;
using TestKit;

namespace Appliance.Features.Tests.Store;

/// <summary>A small store in a folder of its own: 16 KiB pages, 16 of them in memory, files of 64 KiB.</summary>
internal sealed class StoreRig : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public StoreRig(IStoreDevice? device = null)
    {
        Device = device ?? new LocalDevice();
        Options = Small(_folder.Path);
    }

    public static StoreOptions Small(string folder) => new()
    {
        Folder = folder,
        PageBytes = 16384,
        MemoryBytes = 400_000,
        SegmentBytes = 65536,
        IndexCheckpointBytes = 200_000,
        CompactionMinBytes = 100_000,
    };

    public StoreOptions Options { get; }
    public IStoreDevice Device { get; set; }
    public ManualTime Time { get; } = new(DateTimeOffset.UnixEpoch);
    public RecoveredStore Opened { get; private set; } = null!;
    public FasterTable Table => Opened.Table;
    public StoreWriter Writer => Table.Writer;
    public string Folder => _folder.Path;

    public RecoveredStore Open() => Opened = FasterTable.Open(Options, Device, Time);

    /// <summary>Ends the store as a kill would, and opens it again on a sound disk.</summary>
    public RecoveredStore Reopen()
    {
        Table.Dispose();
        Device = new LocalDevice();
        return Open();
    }

    public void Put(string key, byte[] row, long eventTime = 1) => Assert.Equal(StoreStatus.Applied, Writer.Upsert(Encoding.UTF8.GetBytes(key), 1, eventTime, 0, row));

    public byte[]? Get(string key)
    {
        var reader = default(CopiedRow);
        return Table.TryRead(Encoding.UTF8.GetBytes(key), ref reader) ? reader.Row : null;
    }

    /// <summary>Takes a checkpoint and waits until it exists, and the index that may follow it.</summary>
    public void Checkpoint(string position)
    {
        Finish(Begin(position));
        Assert.True(SpinWait.SpinUntil(() => !Table.IsCheckpointing, TimeSpan.FromSeconds(30)), "the index did not end");
    }

    public static void Finish(StoreCheckpoint checkpoint) => Assert.True(checkpoint.Completion.Wait(TimeSpan.FromSeconds(30)), "the checkpoint did not end");

    public StoreCheckpoint Begin(string position)
    {
        Assert.True(Writer.TryBeginCheckpoint(Encoding.UTF8.GetBytes(position), out var checkpoint));
        return checkpoint;
    }

    public string? Position => Opened.Position is { } position ? Encoding.UTF8.GetString(position) : null;

    public void Dispose()
    {
        Opened?.Table.Dispose();
        _folder.Dispose();
    }
}
