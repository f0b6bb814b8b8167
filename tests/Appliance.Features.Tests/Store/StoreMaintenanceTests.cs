using Appliance.Features.Store;

namespace Appliance.Features.Tests.Store;

public sealed class StoreMaintenanceTests
{
    private const int Keys = 300;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 8)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Compaction_among_writes_checkpoints_and_kills_loses_and_revives_nothing(int seed)
    {
        using var rig = new StoreRig();
        rig.Options.CompactionMinBytes = 0;
        rig.Options.CompactionGrowth = 1.1;
        var work = new RandomWork(seed, Keys);
        var random = new Random(seed);
        var none = default(ExpiryBefore);
        rig.Open();
        string? newest = null;
        long passes = 0;
        for (var life = 0; life < 5; life++)
        {
            for (var i = 0; i < 4000; i++)
            {
                work.Step(rig.Writer);
                if (random.Next(4) == 0) rig.Table.Maintenance.Step(random.Next(1, 30), ref none);
                if (random.Next(500) != 0) continue;
                var position = work.Mark();
                rig.Checkpoint(position);
                newest = position;
            }
            work.AssertEqual(rig.Table);
            passes += rig.Table.Maintenance.Passes;
            rig.Reopen();
            Assert.Equal(newest, rig.Position);
            work.ReturnTo(newest, rig.Table);
        }
        Assert.True(passes > 3, $"seed {seed}: only {passes} passes");
    }

    [Fact]
    public void A_fallback_to_the_checkpoint_before_a_compaction_is_exact()
    {
        using var rig = new StoreRig();
        rig.Options.CompactionMinBytes = 0;
        rig.Options.CompactionGrowth = 1.1;
        var work = new RandomWork(3, Keys);
        var none = default(ExpiryBefore);
        rig.Open();
        for (var i = 0; i < 4000; i++) work.Step(rig.Writer);
        var older = work.Mark();
        rig.Checkpoint(older);
        while (rig.Table.Maintenance.Step(100, ref none)) { }
        Assert.Equal(1, rig.Table.Maintenance.Passes);
        rig.Checkpoint(work.Mark());
        rig.Table.Dispose();
        Damage.Newest(rig.Folder, "checkpoint.", "flipped");
        rig.Open();
        Assert.Equal(older, rig.Position);
        work.ReturnTo(older, rig.Table);
    }

    [Fact]
    public void Expired_rows_are_removed_and_the_log_and_its_files_shrink()
    {
        using var rig = new StoreRig();
        rig.Open();
        for (var i = 0; i < 3000; i++) rig.Put($"key-{i}", new byte[200], eventTime: i);
        rig.Checkpoint("full");
        var files = Directory.GetFiles(rig.Folder, "log.*").Length;
        rig.Time.Advance(rig.Options.ExpirySweep);
        var expiry = new ExpiryBefore(2900);
        while (rig.Table.Maintenance.Step(50, ref expiry)) { }
        Assert.Equal(1, rig.Table.Maintenance.Passes);
        Assert.InRange(rig.Table.Rows, 100, 200);
        Assert.Equal(3000 - rig.Table.Rows, rig.Table.Maintenance.ExpiredRows);
        Assert.Null(rig.Get("key-5"));
        Assert.NotNull(rig.Get("key-2950"));
        rig.Checkpoint("one");
        rig.Checkpoint("two");
        Assert.True(Directory.GetFiles(rig.Folder, "log.*").Length < files / 2);
        rig.Reopen();
        Assert.Null(rig.Get("key-5"));
        Assert.NotNull(rig.Get("key-2950"));
    }
}
