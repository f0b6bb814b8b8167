using Appliance.Inference;
using Appliance.Inference.Lifecycle;
using Appliance.Scoring.Traffic;
using Microsoft.Extensions.Logging;
using TestKit;

namespace Appliance.Scoring.Tests.Traffic;

public sealed class TrafficSplitTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(137)]
    [InlineData(5_000)]
    [InlineData(9_999)]
    public async Task Of_ten_thousand_requests_without_a_key_each_version_gets_exactly_its_share(int share)
    {
        var rig = await TrafficRig.StartAsync(versions: [1, 2]);
        Assert.True((await rig.SetAsync((1, BucketMap.Buckets - share), (2, share))).Succeeded);
        var counts = await rig.SpreadAsync(BucketMap.Buckets);
        Assert.Equal((BucketMap.Buckets - share, share), (counts[1], counts[2]));
    }

    [Fact]
    public async Task A_caller_with_a_key_stays_with_its_version_and_moves_only_when_the_share_does()
    {
        var rig = await TrafficRig.StartAsync(versions: [1, 2]);
        await rig.SetAsync((1, 9_000), (2, 1_000));
        var before = await WhereAsync(rig);
        Assert.Equal(before, await WhereAsync(rig));
        Assert.InRange(before.Count(v => v == 2), 60, 140);
        await rig.SetAsync((1, 7_000), (2, 3_000));
        var after = await WhereAsync(rig);
        Assert.All(before.Zip(after), v => Assert.True(v.First == v.Second || v is (1, 2)));
        Assert.InRange(after.Count(v => v == 2), 240, 360);
    }

    [Fact]
    public async Task A_request_that_names_its_version_gets_it_and_is_no_part_of_the_split()
    {
        var rig = await TrafficRig.StartAsync(versions: [1, 2]);
        await rig.SetAsync((1, 10_000), (2, 0));
        Assert.Equal(2, await rig.InferAsync(version: 2));
        Assert.Equal(0, rig.Traffic.StatisticsOf("m", 2, isShadow: false)!.Take().Requests);
    }

    [Fact]
    public async Task A_split_keeps_versions_ready_that_the_policy_does_not_want_and_clearing_it_lets_them_go()
    {
        var rig = await TrafficRig.StartAsync(versions: [1, 2, 3]);
        Assert.Equal([3L], rig.Ready);
        await rig.SetAsync((1, 5_000), (2, 5_000));
        Assert.Equal([1L, 2, 3], rig.Ready);
        Assert.True((await rig.Control.ClearAsync("m", "ann", "done", Cancellation)).Succeeded);
        Assert.Equal([3L], rig.Ready);
        Assert.Equal(3, await rig.InferAsync());
        Assert.Null(rig.Traffic.SettingOf("m"));
    }

    [Fact]
    public async Task A_new_version_is_loaded_beside_a_split_and_gets_none_of_it()
    {
        var rig = await TrafficRig.StartAsync(versions: [1]);
        await rig.SetAsync((1, 10_000));
        rig.Source.Put("m", 2);
        Assert.True((await rig.Manager.LoadAsync("m", LoadParameters.None, Cancellation)).Succeeded);
        Assert.Equal([1L, 2], rig.Ready);
        Assert.Equal(1, (await rig.SpreadAsync(50)).Single().Key);
    }

    [Fact]
    public async Task One_version_at_all_without_a_shadow_is_served_without_a_split()
    {
        var rig = await TrafficRig.StartAsync(versions: [1, 2]);
        await rig.SetAsync((1, 10_000));
        Assert.Null(rig.Traffic.RouteOf("m")!.Split);
        Assert.False(rig.Traffic.AnySplit);
        Assert.Equal((10_000, 0), (rig.Traffic.ShareOf("m", 1), rig.Traffic.ShareOf("m", 2)));
        Assert.Equal(1, await rig.InferAsync());
    }

    [Fact]
    public async Task Versions_that_cannot_be_made_ready_are_refused_and_nothing_changes()
    {
        var rig = await TrafficRig.StartAsync(versions: [1, 2]);
        rig.Source.RefuseVersion("m", 1, "its checksum is wrong");
        var refused = await rig.SetAsync((1, 5_000), (2, 5_000));
        Assert.Equal(ScoreStatus.InvalidArgument, refused.Status);
        Assert.Equal("failed to load 'm', version 1: its checksum is wrong", refused.Error);
        var absent = await rig.SetAsync((2, 5_000), (9, 5_000));
        Assert.Equal((ScoreStatus.NotFound, "model 'm' has no version 9; it has 1, 2"), (absent.Status, absent.Error));
        Assert.Null(rig.Traffic.SettingOf("m"));
        Assert.Equal(2, await rig.InferAsync());
        Assert.Equal(ScoreStatus.NotFound, (await rig.Control.SetAsync("x", new TrafficRequest([new(1, 10_000)], [], "a", "b"), Cancellation)).Status);
    }

    [Fact]
    public async Task An_arm_that_goes_away_gives_its_share_to_the_others_and_no_request_fails()
    {
        var rig = await TrafficRig.StartAsync(versions: [1, 2, 3]);
        await rig.SetAsync((1, 6_000), (2, 3_000), (3, 1_000));
        var before = await WhereAsync(rig);
        rig.Source.Remove("m", 2);
        Assert.True((await rig.Manager.LoadAsync("m", LoadParameters.None, Cancellation)).Succeeded);
        Assert.Equal([1L, 3], rig.Ready);
        var after = await WhereAsync(rig);
        Assert.Equal(after, await WhereAsync(rig));
        Assert.All(before.Zip(after), v => Assert.True(v.First == v.Second || v.First == 2));
        // Of 300 callers in 1,000 six to one go to 1.
        Assert.InRange(before.Zip(after).Count(v => v is (2, 3)), 15, 90);
        Assert.InRange(rig.Traffic.StatisticsOf("m", 2, isShadow: false)!.ReroutedCount, 400, 800);
        var line = Assert.Single(rig.ManagerLog.Lines, l => l.EventId == Inference.EventIds.ShareMoves);
        Assert.Equal(LogLevel.Warning, line.Level);
        Assert.Equal(
            "Model m v2 had 30.00 % of the requests and is not ready; the other versions of the split get them: unloaded: its version policy does not want it", line.Message);
    }

    [Fact]
    public async Task Where_no_arm_is_left_the_version_of_the_policy_answers()
    {
        var rig = await TrafficRig.StartAsync(versions: [1, 2]);
        await rig.SetAsync((1, 10_000));
        rig.Source.Remove("m", 1);
        await rig.Manager.LoadAsync("m", LoadParameters.None, Cancellation);
        Assert.Equal([2L], rig.Ready);
        Assert.Equal(2, await rig.InferAsync());
        Assert.True(rig.Traffic.IsServed(Slot(rig)));
    }

    [Fact]
    public async Task Unloading_the_model_keeps_its_split_for_the_next_time_that_it_is_loaded()
    {
        var rig = await TrafficRig.StartAsync(versions: [1, 2]);
        await rig.SetAsync((1, 5_000), (2, 5_000));
        await rig.Manager.UnloadAsync("m", false, Cancellation);
        Assert.Equal(ScoreStatus.ModelUnavailable, await rig.Pipeline.InferAsync(rig.Rent()));
        Assert.False(rig.Traffic.IsServed(Slot(rig)));
        await rig.Manager.LoadAsync("m", LoadParameters.None, Cancellation);
        Assert.Equal([1L, 2], rig.Ready);
        Assert.Equal(2, (await rig.SpreadAsync(100)).Count);
    }

    [Fact]
    public async Task A_pin_takes_every_request_and_ends_the_split()
    {
        var rig = await TrafficRig.StartAsync(versions: [1, 2, 3]);
        await rig.SetAsync((1, 9_000), (2, 1_000));
        var pinned = await rig.Manager.PinAsync("m", 3, "ann", Cancellation);
        Assert.Equal((3L, 1L), (pinned.Version, pinned.PreviousVersion));
        Assert.Equal(3, (await rig.SpreadAsync(100)).Single().Key);
        Assert.Equal([3L], rig.Ready);
        Assert.Equal(1, (await rig.Manager.RollbackAsync("m", "ann", Cancellation)).Version);
    }

    [Fact]
    public async Task One_share_is_set_and_set_again_and_the_version_before_keeps_the_rest()
    {
        var rig = await TrafficRig.StartAsync(versions: [1]);
        rig.Source.Put("m", 2);
        Assert.True((await rig.SetAsync((2, 100))).Succeeded);
        Assert.True((await rig.SetAsync((2, 4_000))).Succeeded);
        var spread = await rig.SpreadAsync(10_000);
        Assert.Equal((6_000, 4_000), (spread[1], spread[2]));
    }

    [Fact]
    public async Task Whoever_gets_the_rest_is_still_the_one_with_the_requests_when_the_version_is_loaded()
    {
        var rig = await TrafficRig.StartAsync(versions: [1, 2, 3]);
        var gate = rig.Source.Hold("m", 2);
        var set = rig.SetAsync((2, 100));
        await gate.EnteredAsync(Cancellation);
        rig.Traffic.Split("m", new TrafficRequest([new(1, 10_000)], [], "bob", "first"));
        gate.Release();
        var result = await set;
        Assert.Equal((ScoreStatus.InvalidArgument, "another call changed who gets the requests at the same time; repeat this one"), (result.Status, result.Error));
        Assert.Equal("bob", rig.Traffic.SettingOf("m")!.Author);
    }

    [Fact]
    public async Task A_pin_that_fails_leaves_the_split_as_it_is()
    {
        var rig = await TrafficRig.StartAsync(versions: [1, 2, 3]);
        await rig.SetAsync((1, 9_000), (2, 1_000));
        rig.Source.RefuseVersion("m", 4, "broken");
        rig.Source.Put("m", 4);
        Assert.False((await rig.Manager.PinAsync("m", 4, "ann", Cancellation)).Succeeded);
        Assert.Equal([1L, 2], (await rig.SpreadAsync(200)).Keys.Order());
    }

    [Fact]
    public async Task Going_back_pins_the_version_that_had_every_request_before_the_split()
    {
        var rig = await TrafficRig.StartAsync(versions: [1]);
        await rig.SetAsync((1, 10_000));
        rig.Source.Put("m", 2);
        await rig.SetAsync((1, 9_000), (2, 1_000));
        await rig.SetAsync((1, 1_000), (2, 9_000));
        Assert.Equal(1, rig.Traffic.SettingOf("m")!.VersionBefore);
        Assert.Equal(1, (await rig.Manager.RollbackAsync("m", "ann", Cancellation)).Version);
        Assert.Equal(1, await rig.InferAsync());
    }

    [Fact]
    public async Task Who_changed_what_and_why_is_logged_and_kept()
    {
        var rig = await TrafficRig.StartAsync(versions: [1, 2]);
        await rig.SetAsync([(1, 9_950), (2, 50)], [new ShadowShare(2, 1_000, 0.1)]);
        Assert.Contains(rig.TableLog.Lines, l => l.Message == "Model m: requests are split now: v1 99.5 %, v2 0.5 %, v2 shadows 10 %. By ann: because");
        var setting = rig.Traffic.SettingOf("m")!;
        Assert.Equal((1, "ann", "because"), (setting.Revision, setting.Author, setting.Reason));
        await rig.Control.ClearAsync("m", "bob", "enough", Cancellation);
        Assert.Contains(rig.TableLog.Lines, l => l.Message == "Model m: requests are no longer split. By bob: enough");
    }

    [Fact]
    public async Task Shares_that_change_under_load_fail_no_request()
    {
        var rig = await TrafficRig.StartAsync(versions: [1, 2]);
        var done = false;
        var callers = Enumerable.Range(0, 3).Select(caller => Task.Run(
            async () =>
            {
                var sent = 0;
                for (; !Volatile.Read(ref done) || sent < 100; sent++) await rig.InferAsync(sent % 2 == 0 ? "" : $"{caller}-{sent}");
                return sent;
            },
            Cancellation)).ToArray();
        for (var i = 0; i <= 60 && !callers.Any(c => c.IsCompleted); i++)
        {
            Assert.True((await rig.SetAsync((1, 10_000 - (i * 150)), (2, i * 150))).Succeeded);
            if (i % 20 == 10) await rig.Control.ClearAsync("m", "ann", "between", Cancellation);
        }
        Volatile.Write(ref done, true);
        Assert.True((await Task.WhenAll(callers)).Sum() >= 300);
    }

    // Which version answers each of a thousand callers.
    private static async Task<long[]> WhereAsync(TrafficRig rig)
    {
        var versions = new long[1_000];
        for (var i = 0; i < versions.Length; i++) versions[i] = await rig.InferAsync($"user-{i}");
        return versions;
    }

    private static ModelSlot Slot(TrafficRig rig)
    {
        Assert.True(rig.Directory.TryFind("m", out var slot));
        return slot;
    }
}
