using System.Buffers.Binary;
using Appliance.Features.Store;

namespace Appliance.Features.Tests.Store;

/// <summary>Reads while rows move in the log: appended anew, compacted, out of memory, recovered.</summary>
public sealed class FreshReadsTests
{
    private const int Keys = 400;
    private const int Writes = 60_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task No_read_that_begins_after_a_write_gives_an_older_row(int seed)
    {
        using var rig = new StoreRig();
        rig.Options.CompactionMinBytes = 0;
        rig.Options.CompactionGrowth = 1.1;
        rig.Open();
        var written = new long[Keys];
        for (var key = 0; key < Keys; key++) Put(rig.Writer, key, 0, 100);
        using var stop = new CancellationTokenSource();
        Task<string?>[] readers = [Task.Run(() => ReadOne(rig.Table, written, seed, stop.Token)), Task.Run(() => ReadMany(rig.Table, written, seed, stop.Token))];
        var random = new Random(seed);
        var none = default(ExpiryBefore);
        for (var version = 1L; version <= Writes; version++)
        {
            var key = random.Next(Keys);
            // A longer row than before has no room where it is; after a checkpoint none has.
            Put(rig.Writer, key, version, random.Next(100, 400));
            Volatile.Write(ref written[key], version);
            if (random.Next(3) == 0) rig.Table.Maintenance.Step(5, ref none);
            if (random.Next(400) == 0) rig.Writer.TryBeginCheckpoint("position"u8, out _);
            if (version % 15_000 == 0) CompactAll(rig);
        }
        await stop.CancelAsync();
        foreach (var reader in readers) Assert.Null(await reader);
        Assert.True(rig.Table.Maintenance.Passes > 0, $"seed {seed}: nothing was compacted");
        Assert.True(SpinWait.SpinUntil(() => !rig.Table.IsCheckpointing, TimeSpan.FromSeconds(30)), "the last checkpoint did not end");
    }

    [Fact]
    public void A_recovered_store_remembers_the_newest_rows_that_are_in_memory()
    {
        using var rig = new StoreRig();
        rig.Open();
        for (var version = 1; version <= 3; version++)
        {
            for (var key = 0; key < Keys; key++) Put(rig.Writer, key, version, 100 * version);
        }
        for (var key = 0; key < 10; key++) Assert.Equal(StoreStatus.Applied, rig.Writer.Delete(Name(key)));
        rig.Checkpoint("position");
        rig.Reopen();
        for (var key = 0; key < 10; key++) Assert.Equal(0, Address(rig, key));
        // One may have had to make room for others of its line.
        Assert.InRange(Enumerable.Range(10, Keys - 10).Count(key => Address(rig, key) > 0), Keys - 20, Keys - 10);
        for (var key = 10; key < Keys; key++)
        {
            var reader = default(VersionReader);
            Assert.True(rig.Table.TryRead(Name(key), ref reader));
            Assert.Equal(3, reader.Version);
        }
        Assert.Equal(0, rig.Table.DiskHits);
    }

    /// <summary>However slow the disk is: a pass goes no further than what a checkpoint has made durable.</summary>
    private static void CompactAll(StoreRig rig)
    {
        var none = default(ExpiryBefore);
        Assert.True(SpinWait.SpinUntil(() => !rig.Table.IsCheckpointing, TimeSpan.FromSeconds(30)), "a checkpoint did not end");
        rig.Checkpoint("position");
        while (rig.Table.Maintenance.Step(20, ref none)) { }
    }

    private static unsafe long Address(StoreRig rig, int key)
    {
        fixed (byte* name = Name(key)) return rig.Table.Hints.Find(StoreKeyComparer.Hash(name, sizeof(long)));
    }

    private static string? ReadOne(FasterTable table, long[] written, int seed, CancellationToken stop)
    {
        var random = new Random(seed + 100);
        while (!stop.IsCancellationRequested)
        {
            var key = random.Next(Keys);
            var least = Volatile.Read(ref written[key]);
            var reader = default(VersionReader);
            if (!table.TryRead(Name(key), ref reader)) return $"seed {seed}: key {key} is missing";
            if (reader.Version < least) return $"seed {seed}: key {key} is read as of {reader.Version}, and {least} was written";
        }
        return null;
    }

    private static string? ReadMany(FasterTable table, long[] written, int seed, CancellationToken stop)
    {
        var random = new Random(seed + 200);
        var keys = new int[150];
        var least = new long[keys.Length];
        var ends = Enumerable.Range(1, keys.Length).Select(i => i * sizeof(long)).ToArray();
        while (!stop.IsCancellationRequested)
        {
            for (var i = 0; i < keys.Length; i++) keys[i] = random.Next(Keys);
            for (var i = 0; i < keys.Length; i++) least[i] = Volatile.Read(ref written[keys[i]]);
            var reader = new VersionsReader(keys.Length);
            if (table.ReadMany(keys.SelectMany(Name).ToArray(), ends, ref reader) != keys.Length) return $"seed {seed}: of {keys.Length} keys some are missing";
            for (var i = 0; i < keys.Length; i++)
            {
                if (reader.Versions[i] < least[i]) return $"seed {seed}: key {keys[i]} is read as of {reader.Versions[i]} among many, and {least[i]} was written";
            }
        }
        return null;
    }

    private static void Put(StoreWriter writer, int key, long version, int bytes)
    {
        var row = new byte[bytes];
        BinaryPrimitives.WriteInt64LittleEndian(row, version);
        Assert.Equal(StoreStatus.Applied, writer.Upsert(Name(key), 1, version, 0, row));
    }

    private static byte[] Name(int key) => BitConverter.GetBytes((long)key);

    private struct VersionReader : IRecordReader
    {
        public long Version;

        public void Read(in RecordHeader header, ReadOnlySpan<byte> row) => Version = BinaryPrimitives.ReadInt64LittleEndian(row);
    }

    private readonly struct VersionsReader(int keys) : IManyRecordReader
    {
        public readonly long[] Versions = new long[keys];

        public void Read(int index, in RecordHeader header, ReadOnlySpan<byte> row) => Versions[index] = BinaryPrimitives.ReadInt64LittleEndian(row);
    }
}
