using Appliance.Inference.Lifecycle;
using TestKit;

namespace Appliance.Inference.Tests.Lifecycle;

/// <summary>Versions that operators bring and take away: served or gone, and nothing in between.</summary>
public sealed class ModelManagerDeploymentTests
{
    [Theory]
    [InlineData(ModelControlMode.None)]
    [InlineData(ModelControlMode.Poll)]
    [InlineData(ModelControlMode.Explicit)]
    public async Task A_version_is_served_in_every_control_mode(ModelControlMode mode)
    {
        var rig = new ManagerRig(new ModelManagerOptions { ControlMode = mode });
        await rig.StartAsync();
        var (result, _) = await DeployAsync(rig, 1);
        Assert.Equal((ScoreStatus.Ok, 1L, 0L), (result.Status, result.Version, result.PreviousVersion));
        Assert.Equal(["m 1 Ready routed"], rig.Index());
        (result, _) = await DeployAsync(rig, 2);
        await rig.UnloadedAsync(1);
        Assert.Equal((ScoreStatus.Ok, 2L, 1L), (result.Status, result.Version, result.PreviousVersion));
        Assert.Equal(["m 1 Unloaded: unloaded: its version policy does not want it", "m 2 Ready routed"], rig.Index());
        Assert.Equal(0, rig.Pins.Get("m"));
    }

    [Fact]
    public async Task A_version_that_is_refused_is_taken_out_and_what_was_served_is_served_on()
    {
        var rig = await ManagerRig.StartedAsync("m", 1);
        rig.Source.RefuseVersion("m", 2, "its graph is damaged");
        var (result, files) = await DeployAsync(rig, 2);
        Assert.Equal((ScoreStatus.InvalidArgument, "failed to load 'm', version 2: its graph is damaged"), (result.Status, result.Error));
        Assert.True(files.IsUndone);
        Assert.Equal(["m 1 Ready routed"], rig.Index());
        Assert.Equal(["m:1"], rig.Router.Changes);
    }

    [Fact]
    public async Task A_new_model_that_is_refused_leaves_no_trace()
    {
        var rig = new ManagerRig();
        await rig.StartAsync();
        rig.Source.RefuseVersion("m", 1, "its graph is damaged");
        var files = new ScriptedVersionFiles(rig.Source, "m", 1) { IsNewModel = true };
        Assert.False((await rig.Manager.DeployAsync("m", 1, "ann", files)).Succeeded);
        Assert.True(files.IsUndone);
        Assert.Empty(rig.Index());
        Assert.True(rig.Manager.Ready);
    }

    [Fact]
    public async Task Files_that_cannot_be_placed_change_nothing()
    {
        var rig = await ManagerRig.StartedAsync("m", 1);
        var result = await rig.Manager.DeployAsync("m", 2, "ann", new ScriptedVersionFiles(rig.Source, "m", 2) { Refusal = "version is 2; it is there" });
        Assert.Equal((ScoreStatus.InvalidArgument, "version is 2; it is there"), (result.Status, result.Error));
        result = await rig.Manager.DeployAsync("m", 2, "ann", new ScriptedVersionFiles(rig.Source, "m", 2) { Fault = new IOException("no space left") });
        Assert.Equal("the files cannot be put into the repository: no space left", result.Error);
        Assert.Equal(["m 1 Ready routed"], rig.Index());
        result = await rig.Manager.DeployAsync("new", 1, "ann", new ScriptedVersionFiles(rig.Source, "new", 1) { Refusal = "no" });
        Assert.False(result.Succeeded);
        Assert.Equal(["m 1 Ready routed"], rig.Index());
    }

    [Fact]
    public async Task The_next_version_ends_the_pin_of_a_rollback()
    {
        var rig = await ManagerRig.StartedAsync("m", 1);
        await DeployAsync(rig, 2);
        Assert.Equal(1, (await rig.RollbackAsync()).Version);
        Assert.Equal(1, rig.Pins.Get("m"));
        var (result, _) = await DeployAsync(rig, 3);
        Assert.Equal((3L, 1L), (result.Version, result.PreviousVersion));
        Assert.Equal(0, rig.Pins.Get("m"));
        Assert.Contains("m 3 Ready routed", rig.Index());
    }

    [Fact]
    public async Task A_pin_stays_where_the_next_version_is_refused()
    {
        var rig = await ManagerRig.StartedAsync("m", 1, 2);
        await rig.PinAsync(1);
        rig.Source.RefuseVersion("m", 3, "no");
        Assert.False((await DeployAsync(rig, 3)).Result.Succeeded);
        Assert.Contains("m 1 Ready routed pinned", rig.Index());
        Assert.Equal(1, rig.Pins.Get("m"));
        Assert.Equal([1L], rig.Ready());
    }

    [Fact]
    public async Task An_older_version_is_pinned_as_the_policy_would_choose_another()
    {
        var rig = await ManagerRig.StartedAsync("m", 5);
        var (result, _) = await DeployAsync(rig, 4);
        Assert.Equal((ScoreStatus.Ok, 4L), (result.Status, result.Version));
        Assert.Contains("m 4 Ready routed pinned", rig.Index());
        Assert.Equal(4, rig.Pins.Get("m"));
    }

    [Fact]
    public async Task The_same_version_again_is_an_order_that_is_carried_out_already()
    {
        var rig = await ManagerRig.StartedAsync("m", 1);
        var result = await rig.Manager.DeployAsync("m", 1, "ann", new ScriptedVersionFiles(rig.Source, "m", 1) { IsNew = false });
        Assert.Equal((ScoreStatus.Ok, 1L), (result.Status, result.Version));
        Assert.Equal(["m:1"], rig.Source.Loads);
    }

    [Fact]
    public async Task A_version_that_is_not_routed_to_is_deleted_and_cannot_be_rolled_back_to()
    {
        var rig = await ManagerRig.StartedAsync("m", 1);
        await DeployAsync(rig, 2);
        Assert.True((await DeleteAsync(rig, 1)).Succeeded);
        Assert.Equal(["m 2 Ready routed"], rig.Index());
        Assert.Equal("model 'm' has no version before 2 to go back to", (await rig.RollbackAsync()).Error);
    }

    [Fact]
    public async Task The_version_that_requests_go_to_is_not_deleted()
    {
        var rig = await ManagerRig.StartedAsync("m", 1);
        Assert.Equal(
            (ScoreStatus.InvalidArgument, "version is 1; requests go to it, or copies of them: deploy another version or roll back first, or delete the whole model"),
            await DeleteAsync(rig, 1) is var result ? (result.Status, result.Error) : default);
        Assert.Equal(["m 1 Ready routed"], rig.Index());
    }

    [Fact]
    public async Task A_model_is_deleted_as_a_whole_with_its_pin()
    {
        var rig = await ManagerRig.StartedAsync("m", 1, 2);
        await rig.PinAsync(1);
        var result = await DeleteAsync(rig, 0);
        Assert.Equal((ScoreStatus.Ok, 0L, 1L), (result.Status, result.Version, result.PreviousVersion));
        Assert.Empty(rig.Index());
        Assert.Equal(0, rig.Pins.Get("m"));
        Assert.Equal(ScoreStatus.NotFound, (await DeleteAsync(rig, 0)).Status);
        await rig.UnloadedAsync(2);
        Assert.Equal(0, rig.Sessions.Alive);
    }

    [Fact]
    public async Task What_the_repository_refuses_or_cannot_do_changes_nothing()
    {
        var rig = await ManagerRig.StartedAsync("m", 1);
        var result = await rig.Manager.DeleteAsync("m", 9, "ann", new ScriptedVersionRemoval(rig.Source) { Refusal = "there is no version 9" });
        Assert.Equal((ScoreStatus.NotFound, "there is no version 9"), (result.Status, result.Error));
        result = await rig.Manager.DeleteAsync("m", 0, "ann", new ScriptedVersionRemoval(rig.Source) { Fault = new IOException("read-only file system") });
        Assert.Equal((ScoreStatus.Faulted, "the repository cannot be changed: read-only file system"), (result.Status, result.Error));
        Assert.Equal(["m 1 Ready routed"], rig.Index());
    }

    private static async Task<(AdminResult Result, ScriptedVersionFiles Files)> DeployAsync(ManagerRig rig, long version)
    {
        var files = new ScriptedVersionFiles(rig.Source, "m", version);
        return (await rig.Manager.DeployAsync("m", version, "ann", files), files);
    }

    private static Task<AdminResult> DeleteAsync(ManagerRig rig, long version) => rig.Manager.DeleteAsync("m", version, "ann", new ScriptedVersionRemoval(rig.Source));
}
