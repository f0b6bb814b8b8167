using Appliance.Inference;
using Appliance.Scoring.Traffic;
using TestKit;

namespace Appliance.Scoring.Tests.Traffic;

/// <summary>A version that is deployed for a share of the requests, over a real manager.</summary>
public sealed class CanaryTests
{
    [Fact]
    public async Task A_canary_gets_its_share_and_the_version_before_it_keeps_the_rest()
    {
        var rig = await TrafficRig.StartAsync(versions: [1]);
        var (result, files) = await DeployAsync(rig, 2, 500);
        Assert.True(result.Succeeded, result.Error);
        Assert.False(files.IsUndone);
        Assert.Equal([(1L, 9_500), (2L, 500)], result.Setting!.Arms.Select(a => (a.Version, a.BasisPoints)));
        Assert.Equal(("ann", "because"), (result.Setting.Author, result.Setting.Reason));
        var spread = await rig.SpreadAsync(10_000);
        Assert.Equal((9_500, 500), (spread[1], spread[2]));

        // The same call with another share, and back.
        (result, _) = await DeployAsync(rig, 2, 6_000);
        Assert.Equal([(1L, 4_000), (2L, 6_000)], result.Setting!.Arms.Select(a => (a.Version, a.BasisPoints)));
        Assert.Equal(1, (await rig.Manager.RollbackAsync("m", "ann", TestContext.Current.CancellationToken)).Version);
        Assert.Equal(100, (await rig.SpreadAsync(100))[1]);
    }

    [Fact]
    public async Task A_canary_without_a_canary_gets_everything()
    {
        var rig = await TrafficRig.StartAsync(versions: [1]);
        await DeployAsync(rig, 2, 100);
        var result = await rig.Manager.DeployAsync("m", 2, "ann", new ScriptedVersionFiles(rig.Source, "m", 2) { IsNew = false });
        Assert.True(result.Succeeded, result.Error);
        Assert.Null(rig.Traffic.SettingOf("m"));
        Assert.Equal(100, (await rig.SpreadAsync(100))[2]);
    }

    [Fact]
    public async Task A_canary_that_is_refused_is_taken_out_and_no_share_has_changed()
    {
        var rig = await TrafficRig.StartAsync(versions: [1]);
        rig.Source.RefuseVersion("m", 2, "its graph is damaged");
        var (result, files) = await DeployAsync(rig, 2, 100);
        Assert.Equal((ScoreStatus.InvalidArgument, "failed to load 'm', version 2: its graph is damaged"), (result.Status, result.Error));
        Assert.True(files.IsUndone);
        Assert.Null(rig.Traffic.SettingOf("m"));
        Assert.Equal(["m 1"], rig.Manager.Index().Select(s => $"{s.Model} {s.Version}"));
        Assert.Equal(100, (await rig.SpreadAsync(100))[1]);
    }

    [Fact]
    public async Task Beside_another_split_or_a_shadow_there_is_no_canary()
    {
        var rig = await TrafficRig.StartAsync(versions: [1, 2]);
        await rig.SetAsync((1, 5_000), (2, 5_000));
        var (result, files) = await DeployAsync(rig, 3, 100);
        Assert.Equal("canary", result.Field);
        Assert.StartsWith("canary is 1, and the requests of model 'm' are split or copied for other versions already", result.Error);
        Assert.True(files.IsUndone);
        await rig.SetAsync([(1, 10_000)], [new ShadowShare(2, 10_000, 0.5)]);
        Assert.Equal("canary", rig.Control.CheckCanary("m", 3, 100, "ann", "because")!.Field);
        Assert.Equal([1L, 2L], rig.Ready);
    }

    [Theory]
    [InlineData("m", 2, 0, "canary is 0; it must be above 0 and below 100")]
    [InlineData("m", 2, 10_000, "canary is 100; it must be above 0 and below 100")]
    [InlineData("m", 1, 100, "canary is 1, and version 1 has every request of model 'm' already")]
    [InlineData("new", 1, 100, "canary is 1, and model 'new' has no version that answers the rest; deploy its first version without")]
    public async Task What_is_no_canary_is_said_before_the_files_come(string model, long version, int basisPoints, string message)
    {
        var rig = await TrafficRig.StartAsync(versions: [1]);
        Assert.StartsWith(message, rig.Control.CheckCanary(model, version, basisPoints, "ann", "because")!.Message);
        Assert.Equal("reason", rig.Control.CheckCanary("m", 2, 100, "ann", "")!.Field);
    }

    private static async Task<(TrafficResult Result, ScriptedVersionFiles Files)> DeployAsync(TrafficRig rig, long version, int basisPoints)
    {
        var files = new ScriptedVersionFiles(rig.Source, "m", version) { IsNew = !rig.Ready.Contains(version) };
        return (await rig.Control.DeployCanaryAsync("m", version, basisPoints, "ann", "because", files), files);
    }
}
