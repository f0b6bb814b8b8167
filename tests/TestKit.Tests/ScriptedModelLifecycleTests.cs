using Appliance.Inference;
using Appliance.Inference.Lifecycle;

namespace TestKit.Tests;

public sealed class ScriptedModelLifecycleTests
{
    [Fact]
    public async Task It_records_what_it_is_asked_for_and_answers_what_is_set()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var lifecycle = new ScriptedModelLifecycle { Result = new AdminResult(ScoreStatus.NotFound, "no such model") };
        var parameters = new LoadParameters("{}", new Dictionary<string, ReadOnlyMemory<byte>>());

        var loaded = await lifecycle.LoadAsync("a", parameters, cancellation);
        await lifecycle.UnloadAsync("a", unloadDependents: true, cancellation);
        await lifecycle.UnloadAsync("a", unloadDependents: false, cancellation);
        await lifecycle.PinAsync("a", 2, "ann", cancellation);
        await lifecycle.UnpinAsync("a", cancellation);
        await lifecycle.RollbackAsync("a", "ann", cancellation);

        Assert.Equal("no such model", loaded.Error);
        Assert.Same(parameters, lifecycle.LastLoad);
        Assert.Equal(["load a", "unload a dependents", "unload a", "pin a 2", "unpin a", "rollback a"], lifecycle.Calls);
    }
}
