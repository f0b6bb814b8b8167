namespace Appliance.Inference.Tests.Lifecycle;

[Collection(ProcessMemoryCollection.Name)]
public sealed class ModelManagerMemoryTests : IDisposable
{
    private readonly MappedCode _code = new();

    public void Dispose() => _code.Dispose();

    [Fact]
    public async Task A_load_gives_the_code_that_it_ran_back_before_it_is_answered()
    {
        var rig = await ManagerRig.StartedAsync("m", 1);
        _code.Touch();
        rig.Source.Put("m", 2);
        Assert.True((await rig.LoadAsync()).Succeeded);
        Assert.Equal(0, _code.ResidentKilobytes());
    }

    [Fact]
    public async Task A_load_that_is_refused_does_too()
    {
        var rig = await ManagerRig.StartedAsync("m", 1);
        _code.Touch();
        rig.Source.Put("m", 2);
        rig.Source.RefuseVersion("m", 2, "golden rows differ");
        Assert.False((await rig.LoadAsync()).Succeeded);
        Assert.Equal(0, _code.ResidentKilobytes());
    }
}
