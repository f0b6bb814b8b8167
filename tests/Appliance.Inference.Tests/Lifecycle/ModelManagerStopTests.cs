using Appliance.Inference.Lifecycle;

namespace Appliance.Inference.Tests.Lifecycle;

public sealed class ModelManagerStopTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stopping_unloads_everything()
    {
        var rig = await StartedAsync();
        await rig.Manager.StopAsync(Cancellation);
        Assert.Equal((2, 2, 0), (rig.Sessions.Created, rig.Sessions.Disposed, rig.Manager.Draining));
    }

    [Fact]
    public async Task Stopping_waits_for_the_last_lease()
    {
        var rig = await ManagerRig.StartedAsync("m", 1);
        var model = rig.Version(1);
        Assert.True(model.TryAcquire());
        var stopping = rig.Manager.StopAsync(Cancellation);
        Assert.False(stopping.IsCompleted);
        model.Release();
        await stopping;
        Assert.Equal(1, rig.Sessions.Disposed);
    }

    [Fact]
    public async Task Stopping_ends_with_the_time_for_it_though_a_lease_is_out()
    {
        var rig = await ManagerRig.StartedAsync("m", 1);
        Assert.True(rig.Version(1).TryAcquire());
        using var limit = new CancellationTokenSource();
        var stopping = rig.Manager.StopAsync(limit.Token);
        Assert.False(stopping.IsCompleted);
        await limit.CancelAsync();
        await stopping;
        Assert.Equal(0, rig.Sessions.Disposed);
    }

    [Fact]
    public async Task Stopping_ends_with_the_time_for_it_though_a_model_is_loading()
    {
        var rig = await StartedAsync();
        rig.Source.Put("a", 2);
        var gate = rig.Source.Hold("a", 2);
        var loading = rig.LoadAsync("a");
        await gate.EnteredAsync(Cancellation);
        using var limit = new CancellationTokenSource();
        var stopping = rig.Manager.StopAsync(limit.Token);
        await limit.CancelAsync();
        await stopping;
        Assert.Empty(rig.Ready("b"));
        gate.Release();
        await loading;
    }

    [Fact]
    public async Task What_is_free_is_unloaded_even_when_the_time_is_over()
    {
        var rig = await StartedAsync();
        await rig.Manager.StopAsync(new CancellationToken(canceled: true));
        await rig.Sessions.DisposedAsync(2, Cancellation);
    }

    [Fact]
    public async Task The_worker_unloads_everything_when_it_stops()
    {
        var rig = new ManagerRig();
        rig.Source.Put("m", 1);
        using var worker = new RepositoryWorker(rig.Manager, new ModelManagerOptions(), rig.Time);
        await worker.StartAsync(Cancellation);
        await worker.ExecuteTask!;
        Assert.Equal([1L], rig.Ready());
        await worker.StopAsync(Cancellation);
        Assert.Equal((1, 1), (rig.Sessions.Created, rig.Sessions.Disposed));
    }

    private static async Task<ManagerRig> StartedAsync()
    {
        var rig = new ManagerRig();
        rig.Source.Put("a", 1);
        rig.Source.Put("b", 1);
        await rig.StartAsync();
        return rig;
    }
}
