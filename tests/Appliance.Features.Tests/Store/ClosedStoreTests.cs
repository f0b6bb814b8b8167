using System.Text;
using Appliance.Features.Store;
using TestKit;

namespace Appliance.Features.Tests.Store;

public sealed class ClosedStoreTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_read_that_waits_for_the_disk_while_the_store_closes_still_finds_its_rows()
    {
        var device = new FaultyDevice(new LocalDevice());
        using var rig = new StoreRig(device);
        rig.Open();
        for (var i = 0; i < 5000; i++) rig.Put($"key-{i:D5}", [(byte)i, 7]);
        for (var i = 0; i < 5000; i++) rig.Put($"filler-{i:D5}", new byte[300]);
        var table = rig.Table;
        device.HoldReads();
        var reading = Task.Run(() => ReadFirst(table, 150), TestContext.Current.CancellationToken);
        Assert.True(SpinWait.SpinUntil(() => device.HeldReads > 0, Bound), "no read went to the disk");
        var closing = Task.Run(table.Dispose, TestContext.Current.CancellationToken);
        await closing.WaitAsync(Bound, TestContext.Current.CancellationToken);
        device.LetReadsPass();
        var rows = await reading.WaitAsync(Bound, TestContext.Current.CancellationToken);
        for (var i = 0; i < rows.Length; i++) Assert.Equal([(byte)i, 7], rows[i]);
    }

    [Fact]
    public void A_closed_store_refuses_reads()
    {
        using var rig = new StoreRig();
        rig.Open();
        rig.Put("key", [1]);
        Assert.Equal([1], rig.Get("key"));
        rig.Table.Dispose();
        Assert.Throws<ObjectDisposedException>(() => rig.Get("key"));
    }

    private static byte[]?[] ReadFirst(FasterTable table, int keys)
    {
        var names = Enumerable.Range(0, keys).Select(i => Encoding.UTF8.GetBytes($"key-{i:D5}")).ToArray();
        var reader = new CopiedRows(keys);
        table.ReadMany(names.SelectMany(name => name).ToArray(), [.. names.Select((_, i) => (i + 1) * names[0].Length)], ref reader);
        return reader.Rows;
    }
}
