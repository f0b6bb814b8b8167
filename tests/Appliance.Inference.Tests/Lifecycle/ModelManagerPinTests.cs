using Appliance.Inference.Lifecycle;
using TestKit;

namespace Appliance.Inference.Tests.Lifecycle;

using TemporaryFolder = TestKit.TemporaryFolder;

public sealed class ModelManagerPinTests
{
    [Fact]
    public async Task A_pin_loads_its_version_and_takes_the_latest_ones_place()
    {
        var rig = await ManagerRig.StartedAsync("m", 1, 2);
        var result = await rig.PinAsync(1);
        await rig.UnloadedAsync(1);
        Assert.Equal((ScoreStatus.Ok, 1L, 2L), (result.Status, result.Version, result.PreviousVersion));
        Assert.Equal(["m 1 Ready routed pinned", "m 2 Unloaded: unloaded: its version policy does not want it"], rig.Index());
        Assert.Equal(1, rig.Pins.Get("m"));
    }

    [Fact]
    public async Task A_pinned_version_stays_while_newer_ones_come()
    {
        var rig = await ManagerRig.StartedAsync("m", 1);
        await rig.PinAsync(1);
        rig.Source.Put("m", 2);
        await rig.LoadAsync();
        await rig.PollAsync();
        Assert.Equal(["m 1 Ready routed pinned"], rig.Index());
        Assert.Equal(["m:1"], rig.Source.Loads);
    }

    [Fact]
    public async Task Versions_that_a_policy_names_stay_beside_a_pinned_one()
    {
        var rig = new ManagerRig();
        rig.Source.Put("m", 1, 2, 3);
        rig.Source.Want("m", 2, 3);
        await rig.StartAsync();
        await rig.PinAsync(2);
        Assert.Equal(["m 2 Ready routed pinned", "m 3 Ready"], rig.Index());
        await rig.PinAsync(1);
        Assert.Equal(["m 1 Ready routed pinned", "m 2 Ready", "m 3 Ready"], rig.Index());
        Assert.Equal(["m:3", "m:2", "m:1"], rig.Router.Changes);
    }

    [Fact]
    public async Task A_pin_of_a_version_that_is_not_there_changes_nothing()
    {
        var rig = await ManagerRig.StartedAsync("m", 1, 2);
        var result = await rig.PinAsync(9);
        Assert.Equal((ScoreStatus.NotFound, "model 'm' has no version 9; it has 1, 2", 2L), (result.Status, result.Error, result.Version));
        Assert.Equal(["m 2 Ready routed"], rig.Index());
        Assert.Equal(0, rig.Pins.Get("m"));
    }

    [Fact]
    public async Task A_pin_of_a_version_that_is_refused_changes_nothing()
    {
        var rig = await ManagerRig.StartedAsync("m", 1, 2);
        rig.Source.RefuseVersion("m", 1, "bad");
        var result = await rig.PinAsync(1);
        Assert.Equal((ScoreStatus.InvalidArgument, "failed to load 'm', version 1: bad", 2L), (result.Status, result.Error, result.Version));
        Assert.Equal(["m 1 Failed: bad", "m 2 Ready routed"], rig.Index());
        Assert.Equal(0, rig.Pins.Get("m"));
        Assert.True((await rig.LoadAsync()).Succeeded);
    }

    [Fact]
    public async Task A_pin_is_not_held_up_by_another_version_that_is_refused()
    {
        var rig = new ManagerRig();
        rig.Source.Put("m", 1, 2, 3);
        rig.Source.Want("m", 1, 2, 3);
        rig.Source.RefuseVersion("m", 3, "bad");
        await rig.StartAsync();
        Assert.Equal(["m 1 Ready", "m 2 Ready routed", "m 3 Failed: bad"], rig.Index());
        var result = await rig.PinAsync(1);
        Assert.Equal((ScoreStatus.Ok, 1L, 2L), (result.Status, result.Version, result.PreviousVersion));
        Assert.Equal(["m 1 Ready routed pinned", "m 2 Ready", "m 3 Failed: bad"], rig.Index());
        Assert.Equal(1, rig.Pins.Get("m"));
    }

    [Fact]
    public async Task A_pin_whose_files_changed_for_the_worse_fails_and_leaves_the_route_alone()
    {
        var rig = new ManagerRig();
        rig.Source.Put("m", 1, 2);
        rig.Source.Want("m", 1, 2);
        await rig.StartAsync();
        rig.Source.Put("m", 1);
        rig.Source.RefuseVersion("m", 1, "torn");
        Assert.Equal((ScoreStatus.InvalidArgument, 2L), (await rig.PinAsync(1)) is var result ? (result.Status, result.Version) : default);
        Assert.Equal(["m 1 Ready", "m 2 Ready routed"], rig.Index());
        Assert.Equal(0, rig.Pins.Get("m"));
    }

    [Fact]
    public async Task An_unpinned_model_follows_its_policy_again()
    {
        var rig = await ManagerRig.StartedAsync("m", 1, 2);
        await rig.PinAsync(1);
        var result = await rig.UnpinAsync();
        await rig.UnloadedAsync(2);
        Assert.Equal((ScoreStatus.Ok, 2L, 1L), (result.Status, result.Version, result.PreviousVersion));
        Assert.Equal(["m 1 Unloaded: unloaded: its version policy does not want it", "m 2 Ready routed"], rig.Index());
        Assert.Equal(0, rig.Pins.Get("m"));
    }

    [Fact]
    public async Task An_unpinning_that_fails_keeps_the_pin()
    {
        var rig = await ManagerRig.StartedAsync("m", 1, 2);
        await rig.PinAsync(1);
        rig.Source.RefuseVersion("m", 2, "bad");
        Assert.Equal(ScoreStatus.InvalidArgument, (await rig.UnpinAsync()).Status);
        Assert.Equal(1, rig.Pins.Get("m"));
        Assert.Equal([1L], rig.Ready());
        Assert.Equal(1, rig.Router.RoutedVersion("m"));
    }

    [Fact]
    public async Task An_unpinning_is_not_held_up_by_a_refused_version_where_the_policy_wants_another_that_is_ready()
    {
        var rig = new ManagerRig();
        rig.Source.Put("m", 1, 2, 3);
        rig.Source.Want("m", 1, 2, 3);
        rig.Source.RefuseVersion("m", 3, "bad");
        await rig.StartAsync();
        await rig.PinAsync(1);
        var result = await rig.UnpinAsync();
        Assert.Equal((ScoreStatus.Ok, 2L, 1L), (result.Status, result.Version, result.PreviousVersion));
        Assert.Equal(["m 1 Ready", "m 2 Ready routed", "m 3 Failed: bad"], rig.Index());
        Assert.Equal(0, rig.Pins.Get("m"));
    }

    [Fact]
    public async Task A_pin_that_could_not_be_loaded_at_the_start_is_followed_once_its_files_are_mended()
    {
        var rig = new ManagerRig();
        rig.Pins.Set("m", 2);
        rig.Source.Put("m", 1, 2, 3);
        rig.Source.Want("m", 1, 3);
        rig.Source.RefuseVersion("m", 2, "bad");
        await rig.StartAsync();
        Assert.Equal(["m 1 Ready", "m 2 Failed pinned: bad", "m 3 Ready routed"], rig.Index());
        rig.Source.Put("m", 2);
        rig.Source.RefuseVersion("m", 2, null);
        await rig.PollAsync();
        Assert.Equal(["m 1 Ready", "m 2 Ready routed pinned", "m 3 Ready"], rig.Index());
    }

    [Fact]
    public async Task A_rollback_pins_the_version_before()
    {
        var rig = await ManagerRig.StartedAsync("m", 1);
        rig.Source.Put("m", 2);
        await rig.LoadAsync();
        var result = await rig.RollbackAsync();
        await rig.UnloadedAsync(2);
        Assert.Equal((ScoreStatus.Ok, 1L, 2L), (result.Status, result.Version, result.PreviousVersion));
        Assert.Equal(1, rig.Pins.Get("m"));
        Assert.Equal([1L], rig.Ready());
        Assert.Equal(["m:1", "m:2", "m:1"], rig.Router.Changes);
    }

    [Fact]
    public async Task A_second_rollback_goes_forward_again_for_that_is_the_version_before()
    {
        var rig = await ManagerRig.StartedAsync("m", 1);
        rig.Source.Put("m", 2);
        await rig.LoadAsync();
        await rig.RollbackAsync();
        Assert.Equal(2, (await rig.RollbackAsync()).Version);
        Assert.Equal(2, rig.Pins.Get("m"));
    }

    [Fact]
    public async Task A_rollback_without_a_version_before_is_refused()
    {
        var rig = await ManagerRig.StartedAsync("m", 1);
        var result = await rig.RollbackAsync();
        Assert.Equal((ScoreStatus.InvalidArgument, "model 'm' has no version before 1 to go back to"), (result.Status, result.Error));
        Assert.Equal(0, rig.Pins.Get("m"));
    }

    [Fact]
    public async Task A_rollback_of_a_model_that_was_never_routed_to_is_refused()
    {
        var rig = new ManagerRig();
        rig.Source.Put("m", 1);
        var result = await rig.RollbackAsync();
        Assert.Equal((ScoreStatus.InvalidArgument, "model 'm' has no version to go back to; none was routed to"), (result.Status, result.Error));
        Assert.Empty(rig.Source.Loads);
    }

    [Fact]
    public async Task A_split_that_a_pin_or_a_deployment_ends_is_ended_by_whoever_asked_for_it()
    {
        var rig = await ManagerRig.StartedAsync("m", 1, 2);
        rig.Router.Main = 2;
        await rig.PinAsync(1);
        Assert.Contains("m: ann: version 1 is pinned", rig.Router.Changes);
        rig.Router.Main = 1;
        await rig.Manager.DeployAsync("m", 3, "bob", new ScriptedVersionFiles(rig.Source, "m", 3));
        Assert.Contains("m: bob: version 3 is deployed", rig.Router.Changes);
        rig.Router.Main = 3;
        await rig.Manager.DeleteAsync("m", 0, "eve", new ScriptedVersionRemoval(rig.Source));
        Assert.Contains("m: eve: the model is deleted", rig.Router.Changes);
    }

    [Fact]
    public async Task An_unpinned_model_that_was_unloaded_loses_its_pin_and_stays_unloaded()
    {
        var rig = await ManagerRig.StartedAsync("m", 1, 2);
        await rig.PinAsync(1);
        await rig.UnloadAsync();
        var result = await rig.UnpinAsync();
        Assert.Equal((ScoreStatus.Ok, 0L, 0L), (result.Status, result.Version, result.PreviousVersion));
        Assert.Empty(rig.Ready());
        Assert.Equal(0, rig.Pins.Get("m"));
        Assert.Equal(["m:2", "m:1"], rig.Source.Loads);
        Assert.Equal(2, (await rig.LoadAsync()).Version);
    }

    [Fact]
    public async Task A_pin_of_a_model_that_nobody_loaded_since_the_start_can_be_taken_away()
    {
        var rig = new ManagerRig(new ModelManagerOptions { ControlMode = ModelControlMode.Explicit });
        rig.Pins.Set("m", 1);
        rig.Source.Put("m", 1, 2);
        await rig.StartAsync();
        Assert.True((await rig.UnpinAsync()).Succeeded);
        Assert.Equal(0, rig.Pins.Get("m"));
        Assert.Equal(["m 0 Discovered"], rig.Index());
        Assert.Empty(rig.Source.Loads);
    }

    [Fact]
    public async Task A_pinned_version_that_vanishes_goes_on_and_the_log_says_once_that_it_is_gone()
    {
        var rig = await ManagerRig.StartedAsync("m", 1, 2);
        await rig.PinAsync(1);
        await rig.UnloadedAsync(1);
        rig.Source.Remove("m", 1);
        rig.Source.Put("m", 3);
        await rig.PollAsync();
        await rig.PollAsync();
        Assert.Equal([1L], rig.Ready());
        Assert.Equal(1, rig.Router.RoutedVersion("m"));
        Assert.Equal((1, 1L), (rig.Log.Count(EventIds.ModelLoadFailed), rig.Metrics.Failed));
        Assert.Equal(3, (await rig.UnpinAsync()).Version);
    }

    [Fact]
    public async Task A_pinned_version_that_is_not_there_at_the_start_is_the_reason_in_the_index()
    {
        var rig = new ManagerRig();
        rig.Pins.Set("m", 2);
        rig.Source.Put("m", 1, 3);
        await rig.StartAsync();
        Assert.Equal(["m 0 Failed: version 2 is pinned and is not in the repository, which has 1, 3; put it back or unpin the model"], rig.Index());
        Assert.Equal(1, rig.Log.Count(EventIds.ModelLoadFailed));
        rig.Source.Put("m", 2);
        await rig.PollAsync();
        Assert.Equal(["m 2 Ready routed pinned"], rig.Index());
    }

    [Fact]
    public async Task A_rollback_to_a_version_that_is_refused_now_changes_nothing()
    {
        var rig = await ManagerRig.StartedAsync("m", 1);
        rig.Source.Put("m", 2);
        await rig.LoadAsync();
        rig.Source.RefuseVersion("m", 1, "gone bad");
        Assert.Equal((ScoreStatus.InvalidArgument, 2L), (await rig.RollbackAsync()) is var result ? (result.Status, result.Version) : default);
        Assert.Equal([2L], rig.Ready());
        Assert.Equal(0, rig.Pins.Get("m"));
    }

    [Fact]
    public async Task A_rollback_to_a_version_that_was_deleted_says_what_there_is()
    {
        var rig = await ManagerRig.StartedAsync("m", 1);
        rig.Source.Put("m", 2);
        await rig.LoadAsync();
        rig.Source.Remove("m", 1);
        var result = await rig.RollbackAsync();
        Assert.Equal((ScoreStatus.NotFound, "model 'm' has no version 1; it has 2"), (result.Status, result.Error));
    }

    [Fact]
    public async Task A_pin_outlives_the_process()
    {
        using var folder = new TemporaryFolder();
        var source = new ScriptedModelSource(TimeProvider.System);
        source.Put("m", 1, 2);
        var before = new ManagerRig(pins: Pins(folder), source: source);
        await before.StartAsync();
        await before.PinAsync(1);
        var after = new ManagerRig(pins: Pins(folder), source: source);
        await after.StartAsync();
        Assert.Equal(["m 1 Ready routed pinned"], after.Index());
        await after.UnpinAsync();
        Assert.Equal(0, Pins(folder).Get("m"));
    }

    [Fact]
    public async Task Pinning_an_unknown_model_is_not_found()
    {
        var rig = new ManagerRig();
        Assert.Equal([ScoreStatus.NotFound, ScoreStatus.NotFound, ScoreStatus.NotFound],
            [(await rig.PinAsync(1)).Status, (await rig.UnpinAsync()).Status, (await rig.RollbackAsync()).Status]);
    }

    private static ModelPins Pins(TemporaryFolder folder) => new(folder.Path, new RecordingLogger<ModelPins>());
}
