using Appliance.Features.Store;
using TestKit;

namespace Appliance.Features.Tests.Store;

public sealed class StartFaultTests
{
    private const int Keys = 200;

    [Fact]
    public void A_read_that_fails_at_the_start_costs_no_checkpoint()
    {
        var device = new FaultyDevice(new LocalDevice());
        using var rig = new StoreRig(device);
        var (work, newest) = Fill(rig);
        var refusals = 0;
        for (long at = 1; ; at++)
        {
            rig.Device = device = new FaultyDevice(new LocalDevice());
            device.PlanLook(at);
            var opened = TryOpen(rig, out var refusal);
            var failed = device.Looks >= at;
            device.PlanLook(0);
            if (opened)
            {
                AssertAllThere(rig, work, newest, at);
                rig.Table.Dispose();
            }
            else
            {
                refusals++;
                Assert.Contains("planned", refusal, StringComparison.Ordinal);
                Assert.Contains(rig.Folder, refusal, StringComparison.Ordinal);
            }
            rig.Device = new LocalDevice();
            rig.Open();
            AssertAllThere(rig, work, newest, at);
            rig.Table.Dispose();
            if (!failed) break;
        }
        Assert.True(refusals > 5, $"only {refusals} starts were refused");
        rig.Open();
    }

    [Theory]
    [InlineData(DiskFault.Error)]
    [InlineData(DiskFault.Full)]
    public void A_change_that_fails_at_the_start_costs_no_checkpoint(DiskFault fault)
    {
        using var rig = new StoreRig();
        var (work, newest) = Fill(rig);
        var refusals = 0;
        for (var at = 1; ; at++)
        {
            var device = new FaultyDevice(new LocalDevice());
            rig.Device = device;
            device.Plan(fault, at, times: 1);
            if (TryOpen(rig, out var refusal)) rig.Table.Dispose();
            else refusals++;
            Assert.Contains(device.HasFailed ? "planned" : "", refusal, StringComparison.Ordinal);
            rig.Device = new LocalDevice();
            rig.Open();
            AssertAllThere(rig, work, newest, at);
            rig.Table.Dispose();
            if (!device.HasFailed) break;
        }
        Assert.True(refusals > 0, "no start was refused");
        rig.Open();
    }

    [Fact]
    public void A_start_that_the_disk_fails_says_which_file_and_what_to_do()
    {
        var device = new FaultyDevice(new LocalDevice());
        using var rig = new StoreRig(device);
        Fill(rig);
        device.ReadsFail = true;
        var fault = Assert.Throws<IOException>(rig.Open);
        Assert.Contains($"checkpoint.{2:D19}", fault.Message, StringComparison.Ordinal);
        Assert.Contains("start again", fault.Message, StringComparison.OrdinalIgnoreCase);
        device.ReadsFail = false;
        rig.Open();
        Assert.Empty(rig.Opened.PassedOver);
    }

    /// <summary>A store with two checkpoints, an index and a log larger than its memory, closed.</summary>
    private static (RandomWork Work, string Newest) Fill(StoreRig rig)
    {
        var work = new RandomWork(5, Keys);
        rig.Open();
        for (var i = 0; i < 2500; i++) work.Step(rig.Writer);
        rig.Checkpoint(work.Mark());
        for (var i = 0; i < 500; i++) work.Step(rig.Writer);
        var newest = work.Mark();
        rig.Checkpoint(newest);
        work.ReturnTo(newest, rig.Table);
        rig.Table.Dispose();
        return (work, newest);
    }

    private static void AssertAllThere(StoreRig rig, RandomWork work, string newest, long at)
    {
        Assert.True(rig.Position == newest, $"fault {at}: found {rig.Position}, not {newest}");
        Assert.Empty(rig.Opened.PassedOver);
        work.ReturnTo(newest, rig.Table);
    }

    private static bool TryOpen(StoreRig rig, out string refusal)
    {
        try
        {
            rig.Open();
            refusal = "";
            return true;
        }
        catch (IOException fault)
        {
            refusal = fault.Message;
            return false;
        }
    }
}
