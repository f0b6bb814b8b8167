using System.Text;
using Appliance.Features.Store;
using TestKit;

namespace Appliance.Features.Tests.Store;

public sealed class FasterTableTests
{
    private static readonly byte[] Key = "key"u8.ToArray();

    [Fact]
    public void A_row_is_read_back_with_its_times_and_layout()
    {
        using var rig = new StoreRig();
        rig.Open();
        Assert.Equal(StoreStatus.Applied, rig.Writer.Upsert(Key, 7, 100, 50, [1, 2, 3]));
        var reader = default(CopiedRow);
        Assert.True(rig.Table.TryRead(Key, ref reader));
        Assert.Equal((7u, 100L, 50L), (reader.Header.Layout, reader.Header.EventTime, reader.Header.CreatedTime));
        Assert.Equal([1, 2, 3], reader.Row);
        Assert.Null(rig.Get("another"));
    }

    [Theory]
    [InlineData(99, 900, StoreStatus.Superseded)]
    [InlineData(100, 49, StoreStatus.Superseded)]
    [InlineData(100, 50, StoreStatus.Applied)]
    [InlineData(100, 51, StoreStatus.Applied)]
    [InlineData(101, 0, StoreStatus.Applied)]
    public void The_newest_event_time_wins_then_the_greater_created_time_then_the_later_arrival(long eventTime, long createdTime, StoreStatus expected)
    {
        using var rig = new StoreRig();
        rig.Open();
        rig.Writer.Upsert(Key, 1, 100, 50, [1]);
        Assert.Equal(expected, rig.Writer.Upsert(Key, 1, eventTime, createdTime, [2]));
        Assert.Equal([expected == StoreStatus.Applied ? (byte)2 : (byte)1], rig.Get("key")!);
        Assert.Equal(1, rig.Table.Rows);
    }

    [Fact]
    public void A_first_row_may_have_any_time()
    {
        using var rig = new StoreRig();
        rig.Open();
        Assert.Equal(StoreStatus.Applied, rig.Writer.Upsert(Key, 1, long.MinValue, long.MinValue, []));
        Assert.Equal([], rig.Get("key")!);
    }

    [Fact]
    public void Keys_are_compared_in_full()
    {
        using var rig = new StoreRig();
        rig.Open();
        var keys = Enumerable.Range(0, 300).Select(i => new string('k', i + 1)).Append(new string('x', FasterTable.MaxKeyBytes / 8)).ToArray();
        foreach (var key in keys) rig.Put(key, Encoding.UTF8.GetBytes($"{key.Length}"));
        foreach (var key in keys) Assert.Equal($"{key.Length}", Encoding.UTF8.GetString(rig.Get(key)!));
    }

    [Fact]
    public void A_deleted_row_is_gone_and_may_come_back_with_an_older_time()
    {
        using var rig = new StoreRig();
        rig.Open();
        rig.Put("key", [1], eventTime: 10);
        Assert.Equal(StoreStatus.Applied, rig.Writer.Delete(Key));
        Assert.Equal(StoreStatus.Unchanged, rig.Writer.Delete(Key));
        Assert.Null(rig.Get("key"));
        Assert.Equal(0, rig.Table.Rows);
        rig.Put("key", [2], eventTime: 5);
        Assert.Equal([2], rig.Get("key"));
    }

    [Fact]
    public void A_key_or_row_out_of_bounds_is_refused_with_its_size_and_the_rule()
    {
        using var rig = new StoreRig();
        rig.Open();
        Assert.Contains("key has 0 bytes", Assert.Throws<ArgumentException>(() => rig.Writer.Upsert([], 1, 1, 1, [1])).Message, StringComparison.Ordinal);
        Assert.Contains("65537", Assert.Throws<ArgumentException>(() => rig.Writer.Upsert(new byte[65537], 1, 1, 1, [1])).Message, StringComparison.Ordinal);
        Assert.Contains("16320", Assert.Throws<ArgumentException>(() => rig.Writer.Upsert(Key, 1, 1, 1, new byte[16384])).Message, StringComparison.Ordinal);
        var longest = new byte[rig.Options.PageBytes - 64 - 8 - 8 - 32];
        rig.Put("key", longest);
        Assert.Equal(longest, rig.Get("key"));
    }

    [Fact]
    public void A_store_larger_than_its_memory_reads_from_disk_one_by_one_and_many_at_once()
    {
        using var rig = new StoreRig();
        rig.Open();
        const int keys = 5000;
        for (var i = 0; i < keys; i++) rig.Put($"key-{i:D5}", RowOf(i));
        Assert.True(rig.Table.LogBytes > 3 * rig.Options.MemoryBytes, $"the log has only {rig.Table.LogBytes} bytes");
        for (var i = 0; i < keys; i += 7) Assert.Equal(RowOf(i), rig.Get($"key-{i:D5}"));
        Assert.True(rig.Table.DiskHits > 0 && rig.Table.MemoryHits > 0);

        var random = new Random(1);
        var wanted = Enumerable.Range(0, 100).Select(_ => random.Next(keys * 2)).ToArray();
        var names = wanted.Select(i => Encoding.UTF8.GetBytes($"key-{i:D5}")).ToArray();
        var reader = new CopiedRows(wanted.Length);
        var found = rig.Table.ReadMany(names.SelectMany(name => name).ToArray(), EndsOf(names), ref reader);
        Assert.Equal(wanted.Count(i => i < keys), found);
        for (var i = 0; i < wanted.Length; i++) Assert.Equal(wanted[i] < keys ? RowOf(wanted[i]) : null, reader.Rows[i]);
    }

    [Fact]
    public void The_memory_stays_within_the_budget()
    {
        using var rig = new StoreRig();
        rig.Open();
        long most = 0;
        for (var i = 0; i < 5000; i++)
        {
            rig.Put($"key-{i:D5}", RowOf(i));
            most = Math.Max(most, rig.Table.MemoryBytes);
        }
        // FASTER keeps up to four evicted pages for reuse and has the next page ready.
        var budget = rig.Options.MemoryBytes + (5 * rig.Options.PageBytes);
        Assert.True(most <= budget, $"{most} bytes were held, {(most - rig.Options.MemoryBytes) / (double)rig.Options.PageBytes:F1} pages more than the setting");
    }

    [Fact]
    public void A_read_from_memory_allocates_nothing()
    {
        using var rig = new StoreRig();
        rig.Open();
        rig.Put("key", [1, 2, 3]);
        var reader = default(FirstByte);
        Assert.Equal(0, Allocations.Least(() =>
        {
            for (var i = 0; i < 1000; i++) rig.Table.TryRead(Key, ref reader);
        }));
        Assert.Equal(1, reader.Value);
    }

    [Fact]
    public async Task Readers_never_see_a_mixture_of_two_rows()
    {
        using var rig = new StoreRig();
        rig.Open();
        rig.Put("key", new byte[200]);
        using var stop = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(() => CountMixtures(rig.Table, stop.Token))).ToArray();
        var row = new byte[200];
        for (var i = 1; i <= 100_000; i++)
        {
            row.AsSpan().Fill((byte)i);
            Assert.Equal(StoreStatus.Applied, rig.Writer.Upsert(Key, 1, i, 0, row));
            if (i % 20_000 == 0) rig.Begin($"{i}");
            while (i % 20_000 == 0 && rig.Table.IsCheckpointing) Thread.Yield();
        }
        await stop.CancelAsync();
        var results = await Task.WhenAll(readers);
        Assert.All(results, result => Assert.Equal(0, result.Mixtures));
        Assert.All(results, result => Assert.True(result.Reads > 0));
    }

    private static (long Reads, long Mixtures) CountMixtures(FasterTable table, CancellationToken stop)
    {
        long reads = 0, mixtures = 0;
        do
        {
            var reader = default(SameBytes);
            if (!table.TryRead(Key, ref reader) || !reader.Same) mixtures++;
            reads++;
        }
        while (!stop.IsCancellationRequested);
        return (reads, mixtures);
    }

    private static byte[] RowOf(int i) => Enumerable.Repeat((byte)i, 250 + (i % 50)).ToArray();

    private static int[] EndsOf(byte[][] names)
    {
        var ends = new int[names.Length];
        for (int i = 0, end = 0; i < names.Length; i++) ends[i] = end += names[i].Length;
        return ends;
    }

    private struct FirstByte : IRecordReader
    {
        public byte Value;

        public void Read(in RecordHeader header, ReadOnlySpan<byte> row) => Value = row[0];
    }

    private struct SameBytes : IRecordReader
    {
        public bool Same;

        public void Read(in RecordHeader header, ReadOnlySpan<byte> row) => Same = row.Length == 200 && !row.ContainsAnyExcept(row[0]);
    }
}
