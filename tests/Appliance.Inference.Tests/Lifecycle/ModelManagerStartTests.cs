using Appliance.Inference.Lifecycle;

namespace Appliance.Inference.Tests.Lifecycle;

public sealed class ModelManagerStartTests
{
    [Theory]
    [InlineData(ModelControlMode.None)]
    [InlineData(ModelControlMode.Poll)]
    public async Task Everything_is_loaded_at_the_start(ModelControlMode mode)
    {
        var rig = With(mode);
        await rig.StartAsync();
        Assert.Equal(["a 1 Ready routed", "b 2 Ready routed"], rig.Index());
        Assert.True(rig.Manager.Ready);
    }

    [Theory]
    [InlineData(new string[] { }, new[] { "a 0 Discovered", "b 0 Discovered" })]
    [InlineData(new[] { "b" }, new[] { "a 0 Discovered", "b 2 Ready routed" })]
    [InlineData(new[] { "*" }, new[] { "a 1 Ready routed", "b 2 Ready routed" })]
    public async Task In_mode_explicit_only_what_is_named_is_loaded(string[] named, string[] index)
    {
        var rig = With(ModelControlMode.Explicit, named);
        await rig.StartAsync();
        Assert.Equal(index, rig.Index());
        Assert.True(rig.Manager.Ready);
    }

    [Fact]
    public async Task A_named_model_that_is_not_there_fails_and_keeps_a_strict_appliance_unready()
    {
        var rig = With(ModelControlMode.Explicit, ["a", "who"]);
        await rig.StartAsync();
        Assert.Equal(["a 1 Ready routed", "b 0 Discovered", "who 0 Failed: there is no model 'who'"], rig.Index());
        Assert.False(rig.Manager.Ready);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_model_that_is_refused_leaves_the_others_alone_and_only_a_strict_appliance_is_not_ready(bool strict)
    {
        var rig = With(ModelControlMode.Explicit, ["*"], strict);
        rig.Source.RefuseVersion("a", 1, "bad");
        await rig.StartAsync();
        Assert.Equal(["a 1 Failed: bad", "b 2 Ready routed"], rig.Index());
        Assert.Equal(!strict, rig.Manager.Ready);
        rig.Source.RefuseVersion("a", 1, null);
        await rig.LoadAsync("a");
        Assert.True(rig.Manager.Ready);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nothing_is_ready_before_the_first_round_of_loading_is_over(bool strict)
    {
        var rig = With(ModelControlMode.None, strict: strict);
        var gate = rig.Source.Hold("b", 2);
        Assert.False(rig.Manager.Ready);
        var starting = rig.StartAsync();
        await gate.EnteredAsync(TestContext.Current.CancellationToken);
        Assert.False(rig.Manager.Ready);
        gate.Release();
        await starting;
        Assert.True(rig.Manager.Ready);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_load_that_fails_leaves_a_strict_appliance_unready_until_the_model_is_loaded_or_unloaded(bool unloads)
    {
        // Triton's rule, as its source has it: a version that is not ready for another reason than an unload makes the server not ready.
        var rig = With(ModelControlMode.Explicit);
        await rig.StartAsync();
        rig.Source.RefuseVersion("a", 1, "bad");
        Assert.False((await rig.LoadAsync("a")).Succeeded);
        Assert.False(rig.Manager.Ready);
        rig.Source.RefuseVersion("a", 1, null);
        Assert.True((unloads ? await rig.UnloadAsync("a") : await rig.LoadAsync("a")).Succeeded);
        Assert.True(rig.Manager.Ready);
    }

    [Fact]
    public async Task A_reload_that_fails_and_a_configuration_that_cannot_be_read_leave_the_appliance_ready()
    {
        var rig = With(ModelControlMode.Explicit, ["a"]);
        await rig.StartAsync();
        rig.Source.Put("a", 3);
        rig.Source.RefuseVersion("a", 3, "bad");
        Assert.False((await rig.LoadAsync("a")).Succeeded);
        rig.Source.RefuseModel("b", "its configuration is damaged");
        Assert.False((await rig.LoadAsync("b")).Succeeded);
        Assert.True(rig.Manager.Ready);
    }

    [Fact]
    public async Task An_unloaded_model_does_not_make_the_appliance_unready()
    {
        var rig = With(ModelControlMode.Explicit, ["*"]);
        await rig.StartAsync();
        Assert.True((await rig.UnloadAsync("a")).Succeeded);
        Assert.True(rig.Manager.Ready);
    }

    [Theory]
    [InlineData(ModelControlMode.None)]
    [InlineData(ModelControlMode.Poll)]
    public async Task Models_are_loaded_and_unloaded_by_call_in_mode_explicit_alone(ModelControlMode mode)
    {
        var rig = With(mode);
        await rig.StartAsync();
        Assert.Equal(ScoreStatus.ModelUnavailable, (await rig.LoadAsync("a")).Status);
        Assert.Equal(ScoreStatus.ModelUnavailable, (await rig.UnloadAsync("a")).Status);
        Assert.Equal(["a 1 Ready routed", "b 2 Ready routed"], rig.Index());
    }

    [Fact]
    public async Task An_empty_repository_is_ready_with_nothing()
    {
        var rig = new ManagerRig();
        await rig.StartAsync();
        Assert.True(rig.Manager.Ready);
        Assert.Empty(rig.Index());
    }

    private static ManagerRig With(ModelControlMode mode, string[]? named = null, bool strict = true)
    {
        var rig = new ManagerRig(new ModelManagerOptions { ControlMode = mode, LoadAtStart = named ?? [], StrictReadiness = strict });
        rig.Source.Put("a", 1);
        rig.Source.Put("b", 1, 2);
        return rig;
    }
}
