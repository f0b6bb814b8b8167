using Appliance.Inference.Lifecycle;

namespace Appliance.Inference.Tests.Lifecycle;

/// <summary>Models that only a load call's files make: the repository does not know their names, and callers may send any number of them.</summary>
public sealed class ModelManagerStrangerTests
{
    private static readonly LoadParameters Files = new("{}", new Dictionary<string, ReadOnlyMemory<byte>> { ["1/model.onnx"] = new byte[] { 1 } });

    private readonly ManagerRig _rig = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_load_that_cannot_even_be_read_leaves_nothing_behind()
    {
        Assert.Equal(ScoreStatus.NotFound, (await LoadAsync()).Status);
        AssertNoTrace();
        Assert.Equal((1, 1L), (_rig.Log.Count(EventIds.ModelLoadFailed), _rig.Metrics.Failed));
    }

    [Fact]
    public async Task A_version_that_is_refused_leaves_nothing_behind()
    {
        _rig.Source.PutUnlisted("x", 1);
        _rig.Source.RefuseVersion("x", 1, "torn");
        Assert.Equal((ScoreStatus.InvalidArgument, "failed to load 'x', version 1: torn"), (await LoadAsync()) is var r ? (r.Status, r.Error) : default);
        AssertNoTrace();
    }

    [Fact]
    public async Task A_caller_who_has_gone_leaves_nothing_behind()
    {
        Assert.Equal(ScoreStatus.NotFound, (await _rig.Manager.LoadAsync("x", Files, new CancellationToken(canceled: true))).Status);
        AssertNoTrace();
    }

    [Fact]
    public async Task One_that_loads_is_served_until_it_is_unloaded_and_then_forgotten()
    {
        _rig.Source.PutUnlisted("x", 1);
        Assert.True((await LoadAsync()).Succeeded);
        Assert.Equal(["x 1 Ready routed"], _rig.Index());
        _rig.Source.RefuseModel("x", "damaged");
        Assert.Equal(ScoreStatus.InvalidArgument, (await LoadAsync()).Status);
        Assert.Equal(["x 1 Ready routed"], _rig.Index());
        Assert.True((await _rig.UnloadAsync("x")).Succeeded);
        AssertNoTrace();
        Assert.Equal((1, 1), (_rig.Sessions.Created, _rig.Sessions.Disposed));
        Assert.Equal(ScoreStatus.NotFound, (await _rig.UnloadAsync("x")).Status);
    }

    [Fact]
    public async Task A_load_that_waited_behind_one_that_failed_is_not_lost_with_it()
    {
        _rig.Source.PutUnlisted("x", 1);
        _rig.Source.RefuseVersion("x", 1, "torn");
        var gate = _rig.Source.Hold("x", 1);
        var failing = LoadAsync();
        await gate.EnteredAsync(Cancellation);
        var waiting = LoadAsync();
        _rig.Source.RefuseVersion("x", 1, null);
        gate.Release();
        gate.Release();
        Assert.False((await failing).Succeeded);
        Assert.True((await waiting).Succeeded);
        Assert.Equal(["x 1 Ready routed"], _rig.Index());
        Assert.Equal([1L], _rig.Ready("x"));
    }

    [Fact]
    public async Task A_failed_load_of_a_model_that_the_repository_has_stays_in_the_index()
    {
        _rig.Source.Put("x", 1);
        _rig.Source.RefuseModel("x", "damaged");
        await LoadAsync();
        Assert.Equal(["x 0 Failed: damaged"], _rig.Index());
    }

    [Fact]
    public async Task One_that_the_settings_name_stays_in_the_index_for_it_is_wanted()
    {
        var rig = new ManagerRig(new ModelManagerOptions { ControlMode = ModelControlMode.Explicit, LoadAtStart = ["x"] });
        await rig.StartAsync();
        await rig.Manager.LoadAsync("x", Files, Cancellation);
        Assert.StartsWith("x 0 Failed", Assert.Single(rig.Index()));
        Assert.False(rig.Manager.Ready);
    }

    private Task<AdminResult> LoadAsync() => _rig.Manager.LoadAsync("x", Files, Cancellation);

    private void AssertNoTrace()
    {
        Assert.Empty(_rig.Index());
        Assert.Empty(_rig.Directory.Unordered);
        Assert.Equal(0, _rig.Router.RoutedVersion("x"));
    }
}
