using System.Buffers.Binary;
using Appliance.Features.Store;

namespace Appliance.Features.Tests.Store;

/// <summary>Reads of many keys while the rows that were located leave memory.</summary>
public sealed class ManyReadsTests
{
    private const int Seed = 20261128;
    private const int KeysRead = 300;
    private const int Reads = 400;

    // 40 pages of rows, of which memory holds 16: most of a read goes to the disk, and more reads are pending at once than FASTER lets wait.
    private const int Rows = 2400;

    [Fact]
    public async Task Every_row_is_whole_and_found_while_the_writer_pushes_rows_out_of_memory()
    {
        using var rig = new StoreRig();
        rig.Open();
        for (var i = 0; i < Rows; i++) Put(rig.Writer, i);
        var reader = Task.Run(() => Read(rig.Table));
        var random = new Random(Seed);
        for (var round = 0; !reader.IsCompleted; round++)
        {
            // The same row again, later: appended where it is no longer changed in place, so that the log and its head move on.
            for (var i = 0; i < 50; i++) Put(rig.Writer, random.Next(Rows));
            if (round % 50 == 0) rig.Writer.TryBeginCheckpoint("position"u8, out _);
        }
        Assert.Null(await reader);
        Assert.True(SpinWait.SpinUntil(() => !rig.Table.IsCheckpointing, TimeSpan.FromSeconds(30)), "the last checkpoint did not end");
    }

    private static string? Read(FasterTable table)
    {
        var random = new Random(Seed + 1);
        var keys = new byte[KeysRead * sizeof(int)];
        var ends = Enumerable.Range(1, KeysRead).Select(i => i * sizeof(int)).ToArray();
        for (var read = 0; read < Reads; read++)
        {
            for (var i = 0; i < KeysRead; i++) BinaryPrimitives.WriteInt32LittleEndian(keys.AsSpan(i * sizeof(int)), random.Next(Rows));
            var rows = new CopiedRows(KeysRead);
            var found = table.ReadMany(keys, ends, ref rows);
            if (found != KeysRead) return $"seed {Seed}, read {read}: {found} of {KeysRead} rows were found";
            for (var i = 0; i < KeysRead; i++)
            {
                var id = BinaryPrimitives.ReadInt32LittleEndian(keys.AsSpan(i * sizeof(int)));
                if (rows.Rows[i] is not { } row || !row.AsSpan().SequenceEqual(RowOf(id))) return $"seed {Seed}, read {read}: key {id} has another row";
            }
        }
        return null;
    }

    private static void Put(StoreWriter writer, int id)
    {
        Span<byte> key = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(key, id);
        Assert.Equal(StoreStatus.Applied, writer.Upsert(key, 1, 1, 0, RowOf(id)));
    }

    private static byte[] RowOf(int id)
    {
        var row = new byte[200 + (id % 100)];
        for (var i = 0; i + sizeof(int) <= row.Length; i += sizeof(int)) BinaryPrimitives.WriteInt32LittleEndian(row.AsSpan(i), id);
        return row;
    }
}
