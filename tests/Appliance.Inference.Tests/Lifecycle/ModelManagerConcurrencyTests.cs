using Appliance.Inference.Lifecycle;

namespace Appliance.Inference.Tests.Lifecycle;

public sealed class ModelManagerConcurrencyTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Calls_for_the_same_model_follow_one_another_and_load_once()
    {
        var rig = new ManagerRig();
        rig.Source.Put("m", 1);
        var gate = rig.Source.Hold("m", 1);
        Task<AdminResult>[] loads = [.. Enumerable.Range(0, 8).Select(_ => rig.LoadAsync())];
        await gate.EnteredAsync(Cancellation);
        Assert.All(loads, l => Assert.False(l.IsCompleted));
        gate.Release();
        Assert.All(await Task.WhenAll(loads), r => Assert.Equal((ScoreStatus.Ok, 1L), (r.Status, r.Version)));
        Assert.Equal(["m:1"], rig.Source.Loads);
    }

    [Fact]
    public async Task Calls_for_different_models_load_side_by_side()
    {
        var rig = new ManagerRig();
        rig.Source.Put("a", 1);
        rig.Source.Put("b", 1);
        var (a, b) = (rig.Source.Hold("a", 1), rig.Source.Hold("b", 1));
        Task<AdminResult>[] loads = [rig.LoadAsync("a"), rig.LoadAsync("b")];
        await a.EnteredAsync(Cancellation);
        await b.EnteredAsync(Cancellation);
        b.Release();
        Assert.True((await loads[1]).Succeeded);
        Assert.False(loads[0].IsCompleted);
        a.Release();
        Assert.True((await loads[0]).Succeeded);
    }

    [Fact]
    public async Task No_more_versions_are_loaded_at_once_than_the_options_say()
    {
        var rig = new ManagerRig(new ModelManagerOptions { LoadThreads = 1, ControlMode = ModelControlMode.Explicit, LoadAtStart = ["*"] });
        rig.Source.Put("a", 1);
        rig.Source.Put("b", 1);
        var (a, b) = (rig.Source.Hold("a", 1), rig.Source.Hold("b", 1));
        Task<AdminResult>[] loads = [rig.LoadAsync("a")];
        await a.EnteredAsync(Cancellation);
        loads = [.. loads, rig.LoadAsync("b")];
        Assert.Equal(["a:1"], rig.Source.Loads);
        a.Release();
        await b.EnteredAsync(Cancellation);
        b.Release();
        Assert.All(await Task.WhenAll(loads), r => Assert.True(r.Succeeded));
    }

    [Fact]
    public async Task An_unload_during_a_load_comes_after_it()
    {
        var rig = new ManagerRig();
        rig.Source.Put("m", 1);
        var gate = rig.Source.Hold("m", 1);
        var loading = rig.LoadAsync();
        await gate.EnteredAsync(Cancellation);
        var unloading = rig.UnloadAsync();
        gate.Release();
        Assert.True((await loading).Succeeded);
        Assert.True((await unloading).Succeeded);
        Assert.Equal(["m:1", "m:0"], rig.Router.Changes);
        Assert.Equal(0, rig.Sessions.Alive);
    }

    [Fact]
    public async Task A_caller_who_gives_up_waiting_leaves_the_model_as_the_others_make_it()
    {
        var rig = new ManagerRig();
        rig.Source.Put("m", 1);
        var gate = rig.Source.Hold("m", 1);
        var loading = rig.LoadAsync();
        await gate.EnteredAsync(Cancellation);
        using var impatient = new CancellationTokenSource();
        var waiting = rig.Manager.LoadAsync("m", LoadParameters.None, impatient.Token);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        gate.Release();
        Assert.True((await loading).Succeeded);
        Assert.True((await rig.UnloadAsync()).Succeeded);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Random_calls_from_many_sides_leave_no_session_behind(int seed)
    {
        var rig = new ManagerRig();
        foreach (var model in new[] { "m", "n" }) rig.Source.Put(model, 1, 2, 3);
        await rig.StartAsync();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(side => Task.Run(() => ChurnAsync(rig, new Random((seed * 10) + side)), Cancellation)));
        await rig.Manager.StopAsync(Cancellation);
        await rig.Sessions.DisposedAsync(rig.Sessions.Created, Cancellation);
        Assert.Equal(0, rig.Sessions.Misused);
        Assert.All(["m", "n"], model => Assert.Empty(rig.Ready(model)));
        Assert.All(["m", "n"], model => Assert.Equal(0, rig.Router.RoutedVersion(model)));
    }

    private static async Task ChurnAsync(ManagerRig rig, Random random)
    {
        for (var i = 0; i < 60; i++)
        {
            var model = random.Next(2) == 0 ? "m" : "n";
            switch (random.Next(6))
            {
                case 0: await rig.UnloadAsync(model); break;
                case 1: rig.Source.Put(model, random.Next(1, 4)); break;
                case 2: await rig.Manager.PinAsync(model, random.Next(1, 4), "ann", Cancellation); break;
                case 3: await rig.Manager.RollbackAsync(model, "ann", Cancellation); break;
                case 4: await rig.Manager.UnpinAsync(model, Cancellation); break;
                default: await rig.LoadAsync(model); break;
            }
            // Whatever is routed to can be leased: nothing is routed to before it is ready or after it is gone.
            if (!rig.Directory.TryFind(model, out var slot)) continue;
            foreach (var ready in slot.Ready)
            {
                if (ready.TryAcquire()) ready.Release();
            }
        }
    }
}
