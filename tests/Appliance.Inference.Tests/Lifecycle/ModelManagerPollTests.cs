using Appliance.Inference.Lifecycle;

namespace Appliance.Inference.Tests.Lifecycle;

public sealed class ModelManagerPollTests
{
    [Fact]
    public async Task A_poll_finds_new_models_new_versions_and_changed_files()
    {
        var rig = await ManagerRig.StartedAsync("a", 1);
        rig.Source.Put("b", 1);
        await rig.PollAsync();
        Assert.Equal(["a 1 Ready routed", "b 1 Ready routed"], rig.Index());
        rig.Source.Put("a", 2);
        rig.Source.Put("b", 1);
        await rig.PollAsync();
        await rig.UnloadedAsync(2);
        Assert.Equal([2L], rig.Ready("a"));
        Assert.Equal(["a:1", "b:1", "a:2", "b:1"], rig.Source.Loads);
    }

    [Fact]
    public async Task A_poll_that_finds_nothing_new_loads_nothing()
    {
        var rig = await ManagerRig.StartedAsync("m", 1);
        await rig.PollAsync();
        await rig.PollAsync();
        Assert.Equal(["m:1"], rig.Source.Loads);
        Assert.Equal(["m:1"], rig.Router.Changes);
    }

    [Fact]
    public async Task A_model_that_is_gone_from_the_repository_is_unloaded()
    {
        var rig = await ManagerRig.StartedAsync("m", 1);
        rig.Source.Remove("m");
        await rig.PollAsync();
        Assert.Equal(["m 1 Unloaded: unloaded"], rig.Index());
        Assert.Equal(0, rig.Sessions.Alive);
        Assert.True(rig.Manager.Ready);
        await rig.PollAsync();
        rig.Source.Put("m", 1);
        await rig.PollAsync();
        Assert.Equal(["m 1 Ready routed"], rig.Index());
    }

    [Fact]
    public async Task A_version_that_is_gone_is_unloaded_once_another_is_ready()
    {
        var rig = await ManagerRig.StartedAsync("m", 1, 2);
        rig.Source.Remove("m", 2);
        rig.Source.RefuseVersion("m", 1, "bad");
        await rig.PollAsync();
        Assert.Equal([2L], rig.Ready());
        rig.Source.RefuseVersion("m", 1, null);
        rig.Source.Put("m", 1);
        await rig.PollAsync();
        Assert.Equal([1L], rig.Ready());
        Assert.Equal(1, rig.Router.RoutedVersion("m"));
    }

    [Fact]
    public async Task A_model_whose_last_version_folder_is_gone_goes_on_with_what_is_loaded()
    {
        var rig = await ManagerRig.StartedAsync("m", 1);
        rig.Source.Remove("m", 1);
        await rig.PollAsync();
        Assert.Equal(["m 1 Ready routed"], rig.Index());
    }

    [Fact]
    public async Task A_refused_version_is_not_tried_again_until_its_files_change()
    {
        var rig = await ManagerRig.StartedAsync("m", 1);
        rig.Source.Put("m", 2);
        rig.Source.RefuseVersion("m", 2, "bad");
        await rig.PollAsync();
        await rig.PollAsync();
        Assert.Equal(["m:1", "m:2"], rig.Source.Loads);
        Assert.Equal(1, rig.Metrics.Failed);
        rig.Source.Put("m", 2);
        rig.Source.RefuseVersion("m", 2, null);
        await rig.PollAsync();
        Assert.Equal(["m:1", "m:2", "m:2"], rig.Source.Loads);
        Assert.Equal([2L], rig.Ready());
    }

    [Fact]
    public async Task A_load_call_tries_a_refused_version_again_at_once()
    {
        var rig = await ManagerRig.StartedAsync("m", 1);
        rig.Source.Put("m", 2);
        rig.Source.RefuseVersion("m", 2, "disk full");
        await rig.PollAsync();
        rig.Source.RefuseVersion("m", 2, null);
        Assert.Equal(2, (await rig.LoadAsync()).Version);
    }

    [Fact]
    public async Task A_refused_configuration_is_said_once_however_often_it_is_met()
    {
        var rig = await ManagerRig.StartedAsync("m", 1);
        rig.Source.RefuseModel("m", "line 3");
        await rig.PollAsync();
        await rig.PollAsync();
        Assert.Equal((1, 1L), (rig.Log.Count(EventIds.ModelLoadFailed), rig.Metrics.Failed));
        rig.Source.RefuseModel("m", "line 4");
        await rig.PollAsync();
        Assert.Equal(2, rig.Log.Count(EventIds.ModelLoadFailed));
        Assert.Equal(["m 1 Ready routed"], rig.Index());
    }

    [Fact]
    public async Task A_fault_that_went_and_came_back_is_said_again()
    {
        var rig = await ManagerRig.StartedAsync("m", 1);
        rig.Source.RefuseModel("m", "line 3");
        await rig.PollAsync();
        rig.Source.RefuseModel("m", null);
        await rig.PollAsync();
        rig.Source.RefuseModel("m", "line 3");
        await rig.PollAsync();
        Assert.Equal(2, rig.Log.Count(EventIds.ModelLoadFailed));
    }

    [Fact]
    public async Task The_worker_loads_at_the_start_and_polls_as_often_as_it_is_told()
    {
        var rig = new ManagerRig();
        rig.Source.Put("m", 1);
        var options = new ModelManagerOptions { ControlMode = ModelControlMode.Poll, PollSeconds = 15 };
        using var worker = new RepositoryWorker(rig.Manager, options, rig.Time);
        await worker.StartAsync(TestContext.Current.CancellationToken);
        await rig.Log.LoggedAsync(EventIds.ModelRouted, 1, TestContext.Current.CancellationToken);
        rig.Source.Put("m", 2);
        var polled = rig.Log.LoggedAsync(EventIds.ModelRouted, 2, TestContext.Current.CancellationToken);
        // The timer may not be there yet when the first load is; time goes on until it ticks.
        while (!polled.IsCompleted)
        {
            rig.Time.Advance(TimeSpan.FromSeconds(15));
            await Task.Yield();
        }
        await polled;
        Assert.Equal(2, rig.Router.RoutedVersion("m"));
        await worker.StopAsync(TestContext.Current.CancellationToken);
    }
}
