using Appliance.Features.Store;
using TestKit;

namespace Appliance.Features.Tests.Store;

public sealed class StoreFaultTests
{
    private const int Keys = 200;

    [Fact]
    public void A_store_cut_off_at_any_step_returns_to_a_checkpoint_that_was_whole()
    {
        var cuts = 0;
        for (var at = 1; ; at += 1 + (at / 40), cuts++)
        {
            var device = new FaultyDevice(new LocalDevice());
            using var rig = new StoreRig(device);
            var work = new RandomWork(at, Keys);
            device.Plan(DiskFault.CutOff, at);
            string? whole = null, begun = null;
            if (!TryOpen(rig)) continue;
            for (var round = 0; round < 5 && !device.HasFailed; round++) (whole, begun) = Round(rig, work, whole, begun);
            var failed = device.HasFailed;
            rig.Reopen();
            Assert.True(rig.Position == whole || rig.Position == begun, $"cut at {at}: found {rig.Position}, neither {whole} nor {begun}");
            work.ReturnTo(rig.Position, rig.Table);
            rig.Checkpoint("after");
            if (!failed) break;
        }
        Assert.True(cuts > 20, $"only {cuts} cuts");
    }

    [Theory]
    [InlineData(DiskFault.Full, StoreStatus.DiskFull)]
    [InlineData(DiskFault.ShortWrite, StoreStatus.DiskFull)]
    [InlineData(DiskFault.Error, StoreStatus.DiskFailed)]
    public void A_failing_disk_refuses_writes_while_reads_go_on_and_writes_return_with_the_disk(DiskFault fault, StoreStatus expected)
    {
        var device = new FaultyDevice(new LocalDevice());
        using var rig = new StoreRig(device);
        rig.Open();
        var written = 0;
        for (; written < 3000; written++) rig.Put($"key-{written}", new byte[200]);
        device.FailNow(fault);
        StoreStatus status;
        while ((status = rig.Writer.Upsert(System.Text.Encoding.UTF8.GetBytes($"key-{written}"), 1, 1, 0, new byte[200])) == StoreStatus.Applied) written++;
        Assert.Equal(expected, status);
        Assert.False(rig.Table.Condition.Permanent);
        Assert.Contains("planned", rig.Table.Condition.Reason, StringComparison.Ordinal);
        Assert.Equal(expected, rig.Writer.Delete("key-0"u8));
        Assert.False(rig.Writer.TryBeginCheckpoint([], out _));
        for (var i = 0; i < written; i += 11) Assert.NotNull(rig.Get($"key-{i}"));

        device.Heal();
        Assert.True(SpinWait.SpinUntil(() => rig.Table.Condition.Status == StoreStatus.Applied, TimeSpan.FromSeconds(30)));
        rig.Put("after", [1]);
        rig.Checkpoint("after");
        rig.Reopen();
        Assert.Equal(written + 1, rig.Table.Rows);
        for (var i = 0; i < written; i += 11) Assert.NotNull(rig.Get($"key-{i}"));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void A_log_that_was_lost_on_its_way_to_the_disk_refuses_writes_until_a_restart(int operation)
    {
        var device = new FaultyDevice(new LocalDevice());
        using var rig = new StoreRig(device);
        rig.Open();
        rig.Put("a", [1]);
        rig.Checkpoint("one");
        rig.Put("a", [2], eventTime: 2);
        // The checkpoint writes one page, writes it out of the system's cache, and syncs it.
        device.Plan(DiskFault.Error, at: device.Operations + operation, times: 1);
        var checkpoint = rig.Begin("two");
        Assert.ThrowsAny<Exception>(() => StoreRig.Finish(checkpoint));
        Assert.Equal(StoreStatus.DiskFailed, rig.Writer.Upsert("b"u8, 1, 1, 0, [1]));
        Assert.True(rig.Table.Condition.Permanent);
        Assert.Equal([2], rig.Get("a"));
        rig.Reopen();
        Assert.Equal("one", rig.Position);
        Assert.Equal([1], rig.Get("a"));
        rig.Put("b", [1]);
    }

    [Fact]
    public void A_read_that_the_disk_fails_is_an_error_and_not_a_missing_row()
    {
        var device = new FaultyDevice(new LocalDevice());
        using var rig = new StoreRig(device);
        rig.Open();
        for (var i = 0; i < 5000; i++) rig.Put($"key-{i}", new byte[200]);
        device.ReadsFail = true;
        Assert.Throws<IOException>(() => rig.Get("key-0"));
        Assert.NotNull(rig.Get("key-4999"));
        device.ReadsFail = false;
        Assert.NotNull(rig.Get("key-0"));
    }

    private static bool TryOpen(StoreRig rig)
    {
        try
        {
            rig.Open();
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Writes and takes a checkpoint; returns the last that was whole, and the one that may be.</summary>
    private static (string? Whole, string? Begun) Round(StoreRig rig, RandomWork work, string? whole, string? begun)
    {
        for (var i = 0; i < 300; i++)
        {
            if (!work.TryStep(rig.Writer)) return (whole, begun);
        }
        var position = work.Mark();
        if (!rig.Writer.TryBeginCheckpoint(System.Text.Encoding.UTF8.GetBytes(position), out var checkpoint)) return (whole, begun);
        var device = (FaultyDevice)rig.Device;
        SpinWait.SpinUntil(() => checkpoint.Completion.IsCompleted || device.HasFailed, TimeSpan.FromSeconds(30));
        SpinWait.SpinUntil(() => !rig.Table.IsCheckpointing || device.HasFailed, TimeSpan.FromSeconds(30));
        return checkpoint.Completion.IsCompletedSuccessfully ? (position, position) : (whole, position);
    }
}
