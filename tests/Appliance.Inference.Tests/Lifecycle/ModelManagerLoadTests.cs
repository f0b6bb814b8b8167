using Appliance.Inference.Lifecycle;
using TestKit;

namespace Appliance.Inference.Tests.Lifecycle;

public sealed class ModelManagerLoadTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_load_makes_the_latest_version_ready_and_routes_to_it()
    {
        var rig = new ManagerRig();
        rig.Source.Put("m", 1, 2);
        var result = await rig.LoadAsync();
        Assert.Equal((ScoreStatus.Ok, 2L, 0L), (result.Status, result.Version, result.PreviousVersion));
        Assert.Equal(["m:2"], rig.Router.Changes);
        Assert.Equal([2L], rig.Ready());
        Assert.Equal(["m 2 Ready routed"], rig.Index());
        Assert.Equal((1L, 0L), (rig.Metrics.Loaded, rig.Metrics.Failed));
    }

    [Fact]
    public async Task A_name_that_no_repository_holds_leaves_no_trace()
    {
        var rig = new ManagerRig();
        var result = await rig.LoadAsync("who");
        Assert.Equal((ScoreStatus.NotFound, "Request for unknown model: 'who' is not found"), (result.Status, result.Error));
        Assert.Empty(rig.Index());
        Assert.Empty(rig.Directory.Unordered);
    }

    [Fact]
    public async Task A_new_version_takes_the_old_ones_place_before_the_old_one_goes()
    {
        var rig = await ManagerRig.StartedAsync("m", 1);
        var old = rig.Version(1);
        rig.Source.Put("m", 2);
        rig.Source.Configure = _ => Assert.Equal([1L], rig.Ready());
        var result = await rig.LoadAsync();
        Assert.Equal((2L, 1L), (result.Version, result.PreviousVersion));
        await rig.UnloadedAsync(1);
        Assert.Equal(["m:1", "m:2"], rig.Router.Changes);
        Assert.Equal(["m 1 Unloaded: unloaded: its version policy does not want it", "m 2 Ready routed"], rig.Index());
        Assert.False(old.TryAcquire());
        Assert.Equal((2, 1, 0), (rig.Sessions.Created, rig.Sessions.Disposed, rig.Sessions.Misused));
    }

    [Fact]
    public async Task An_old_version_lives_until_its_last_lease_is_back()
    {
        var rig = await ManagerRig.StartedAsync("m", 1);
        var old = rig.Version(1);
        Assert.True(old.TryAcquire());
        rig.Source.Put("m", 2);
        await rig.LoadAsync();
        Assert.Equal(["m 1 Draining", "m 2 Ready routed"], rig.Index());
        Assert.Equal((1, 0), (rig.Manager.Draining, rig.Sessions.Disposed));
        old.Release();
        await rig.UnloadedAsync(1);
        Assert.Equal((0, 1), (rig.Manager.Draining, rig.Sessions.Disposed));
    }

    [Fact]
    public async Task A_version_that_is_refused_changes_nothing_that_is_served()
    {
        var rig = await ManagerRig.StartedAsync("m", 1);
        rig.Source.Put("m", 2);
        rig.Source.RefuseVersion("m", 2, "golden rows differ");
        var result = await rig.LoadAsync();
        Assert.Equal((ScoreStatus.InvalidArgument, "failed to load 'm', version 2: golden rows differ"), (result.Status, result.Error));
        Assert.Equal((1L, 1L), (result.Version, result.PreviousVersion));
        Assert.Equal(["m:1"], rig.Router.Changes);
        Assert.Equal(["m 1 Ready routed", "m 2 Failed: golden rows differ"], rig.Index());
        Assert.Equal((1, 0), (rig.Sessions.Created, rig.Sessions.Disposed));
        Assert.Equal((1L, 1L), (rig.Metrics.Loaded, rig.Metrics.Failed));
    }

    [Fact]
    public async Task A_configuration_that_is_refused_changes_nothing_that_is_served()
    {
        var rig = await ManagerRig.StartedAsync("m", 1);
        rig.Source.Put("m", 2);
        rig.Source.RefuseModel("m", "config.pbtxt line 3");
        var result = await rig.LoadAsync();
        Assert.Equal((ScoreStatus.InvalidArgument, "failed to load 'm': config.pbtxt line 3"), (result.Status, result.Error));
        Assert.Equal(["m 1 Ready routed"], rig.Index());
    }

    [Fact]
    public async Task A_refused_configuration_of_a_model_that_is_not_served_stands_in_the_index_until_it_loads()
    {
        var rig = new ManagerRig();
        rig.Source.Put("m", 1);
        rig.Source.RefuseModel("m", "config.pbtxt line 3");
        await rig.LoadAsync();
        Assert.Equal(["m 0 Failed: config.pbtxt line 3"], rig.Index());
        rig.Source.RefuseModel("m", null);
        await rig.LoadAsync();
        Assert.Equal(["m 1 Ready routed"], rig.Index());
    }

    [Fact]
    public async Task A_model_without_a_version_that_its_policy_wants_is_refused()
    {
        var rig = new ManagerRig();
        rig.Source.Put("m");
        var result = await rig.LoadAsync();
        Assert.Equal((ScoreStatus.InvalidArgument, "failed to load 'm': no version folder holds a model that its version policy wants"), (result.Status, result.Error));
        Assert.Equal(["m 0 Failed: no version folder holds a model that its version policy wants"], rig.Index());
        Assert.Equal(1, rig.Log.Count(EventIds.ModelLoadFailed));
    }

    [Fact]
    public async Task Several_wanted_versions_are_all_ready_and_the_highest_is_routed_to()
    {
        var rig = new ManagerRig();
        rig.Source.Put("m", 1, 2, 3);
        rig.Source.Want("m", 1, 3);
        await rig.LoadAsync();
        Assert.Equal([3L, 1], rig.Ready());
        Assert.Equal(["m:3"], rig.Router.Changes);
        rig.Source.Want("m", 1, 2);
        await rig.LoadAsync();
        await rig.UnloadedAsync(1);
        Assert.Equal([2L, 1], rig.Ready());
        Assert.Equal(["m:3", "m:2"], rig.Router.Changes);
        Assert.Equal(["m:1", "m:2", "m:3"], rig.Source.Loads.Order());
    }

    [Fact]
    public async Task One_refused_version_of_several_leaves_the_others_ready_and_nothing_is_unloaded_for_it()
    {
        var rig = new ManagerRig();
        rig.Source.Put("m", 1, 2, 3);
        rig.Source.Want("m", 1, 2);
        await rig.LoadAsync();
        rig.Source.Want("m", 2, 3);
        rig.Source.RefuseVersion("m", 3, "bad");
        var result = await rig.LoadAsync();
        Assert.Equal((ScoreStatus.InvalidArgument, 2L), (result.Status, result.Version));
        Assert.Equal([2L, 1], rig.Ready());
    }

    [Fact]
    public async Task A_version_whose_files_did_not_change_is_not_loaded_again()
    {
        var rig = await ManagerRig.StartedAsync("m", 1);
        var before = rig.Version(1);
        var result = await rig.LoadAsync();
        Assert.Equal((ScoreStatus.Ok, 1L, 1L), (result.Status, result.Version, result.PreviousVersion));
        Assert.Same(before, rig.Version(1));
        Assert.Equal(["m:1"], rig.Source.Loads);
    }

    [Fact]
    public async Task A_version_whose_files_changed_is_replaced_under_its_own_number()
    {
        var rig = await ManagerRig.StartedAsync("m", 1);
        var before = rig.Version(1);
        rig.Source.Put("m", 1);
        await rig.LoadAsync();
        await rig.UnloadedAsync(1);
        Assert.NotSame(before, rig.Version(1));
        Assert.False(before.TryAcquire());
        Assert.Equal(["m 1 Ready routed"], rig.Index());
        Assert.Equal((2, 1), (rig.Sessions.Created, rig.Sessions.Disposed));
        Assert.Equal(["m:1"], rig.Router.Changes);
    }

    [Fact]
    public async Task A_version_whose_changed_files_are_refused_goes_on_as_it_was()
    {
        var rig = await ManagerRig.StartedAsync("m", 1);
        var before = rig.Version(1);
        rig.Source.Put("m", 1);
        rig.Source.RefuseVersion("m", 1, "torn");
        Assert.Equal("failed to load 'm', version 1: torn", (await rig.LoadAsync()).Error);
        Assert.Same(before, rig.Version(1));
        Assert.Equal(["m 1 Ready routed"], rig.Index());
    }

    [Fact]
    public async Task A_version_passes_through_loading_and_warming()
    {
        var rig = new ManagerRig();
        rig.Source.Put("m", 1);
        var gate = rig.Source.Hold("m", 1);
        string[] whileWarming = [];
        rig.Source.Configure = _ => whileWarming = [.. rig.Index()];
        var loading = rig.LoadAsync();
        await gate.EnteredAsync(Cancellation);
        Assert.Equal(["m 1 Loading"], rig.Index());
        gate.Release();
        await loading;
        Assert.Equal(["m 1 Warming"], whileWarming);
        Assert.Equal(["m 1 Ready routed"], rig.Index());
    }

    [Fact]
    public async Task A_reload_does_not_show_as_loading_for_the_version_goes_on_serving()
    {
        var rig = await ManagerRig.StartedAsync("m", 1);
        rig.Source.Put("m", 1);
        var gate = rig.Source.Hold("m", 1);
        var loading = rig.LoadAsync();
        await gate.EnteredAsync(Cancellation);
        Assert.Equal(["m 1 Ready routed"], rig.Index());
        gate.Release();
        await loading;
    }

    [Fact]
    public async Task What_a_load_brings_along_reaches_the_source()
    {
        var rig = await ManagerRig.StartedAsync("m", 1);
        var parameters = LoadParameters.None with { ConfigJson = "{}" };
        await rig.Manager.LoadAsync("m", parameters, Cancellation);
        Assert.Same(parameters, rig.Source.LastParameters);
        Assert.Equal(["m:1", "m:1"], rig.Source.Loads);
    }

    [Fact]
    public async Task How_long_a_load_took_is_kept()
    {
        var rig = new ManagerRig();
        rig.Source.Put("m", 1);
        rig.Source.Configure = _ => rig.Time.Advance(TimeSpan.FromSeconds(3));
        await rig.LoadAsync();
        Assert.Equal(KeyValuePair.Create(("m", 1L), TimeSpan.FromSeconds(3)), Assert.Single(rig.Metrics.Durations));
    }

    [Fact]
    public async Task An_unloaded_model_takes_no_requests_and_gives_its_memory_back()
    {
        var rig = await ManagerRig.StartedAsync("m", 1);
        Assert.True((await rig.UnloadAsync()).Succeeded);
        Assert.Equal(["m:1", "m:0"], rig.Router.Changes);
        Assert.Empty(rig.Ready());
        Assert.Equal(["m 1 Unloaded: unloaded"], rig.Index());
        Assert.Equal((1, 1), (rig.Sessions.Created, rig.Sessions.Disposed));
        Assert.True((await rig.LoadAsync()).Succeeded);
        Assert.Equal(["m 1 Ready routed"], rig.Index());
    }

    [Fact]
    public async Task An_unload_waits_for_running_requests_a_while_and_then_lets_them_finish_by_themselves()
    {
        var rig = await ManagerRig.StartedAsync("m", 1);
        var old = rig.Version(1);
        Assert.True(old.TryAcquire());
        var unloading = rig.UnloadAsync();
        Assert.False(unloading.IsCompleted);
        rig.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.True((await unloading).Succeeded);
        Assert.Equal(["m 1 Draining"], rig.Index());
        Assert.Equal(0, rig.Sessions.Disposed);
        old.Release();
        await rig.UnloadedAsync(1);
        Assert.Equal(["m 1 Unloaded: unloaded"], rig.Index());
        Assert.Equal(1, rig.Sessions.Disposed);
    }

    [Fact]
    public async Task Unloading_an_unknown_model_is_not_found()
    {
        var result = await new ManagerRig().UnloadAsync("who");
        Assert.Equal((ScoreStatus.NotFound, "Request for unknown model: 'who' is not found"), (result.Status, result.Error));
    }
}
