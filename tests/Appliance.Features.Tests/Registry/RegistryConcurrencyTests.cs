using Appliance.Features.Registry;
using FeatureModel.Definitions;

namespace Appliance.Features.Tests.Registry;

public sealed class RegistryConcurrencyTests : IDisposable
{
    private const int Writers = 4, Changes = 25;

    // Far longer than any run takes; a run that reaches it hangs.
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    private readonly RegistryFixture _registry = new();

    public RegistryConcurrencyTests() => _registry.Apply(MemberDefinitions.Base);

    public void Dispose() => _registry.Dispose();

    [Fact]
    public async Task Changes_of_many_callers_happen_one_after_another_and_readers_see_whole_states()
    {
        using var stop = new CancellationTokenSource();
        var reader = Task.Run(() =>
        {
            var seen = 0L;
            while (!stop.IsCancellationRequested)
            {
                var state = _registry.State;
                Assert.True(state.Revision >= seen, "a state went back");
                Assert.Equal(state.Revision, state.Describe(DefinitionKind.Entity, "member")!.Latest.Version);
                Assert.Equal(state.Revision, state.Revisions[^1].Number);
                seen = state.Revision;
            }
        }, TestContext.Current.CancellationToken);

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(w => Task.Run(() =>
        {
            for (var i = 0; i < Changes; i++) Assert.Equal(RegistryOutcome.Applied, _registry.Apply(MemberDefinitions.Described((w * Changes) + i)).Outcome);
        }, TestContext.Current.CancellationToken))).WaitAsync(Bound, TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        await reader.WaitAsync(Bound, TestContext.Current.CancellationToken);

        Assert.Equal(1 + (Writers * Changes), _registry.State.Revision);
        _registry.Reopen();
        Assert.Equal(1 + (Writers * Changes), _registry.State.Describe(DefinitionKind.Entity, "member")!.Versions.Count);
    }

    [Fact]
    public async Task Of_callers_that_saw_the_same_revision_one_wins()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => _registry.Registry.Apply(
            MemberDefinitions.Described(i), ApplyMode.Merge, new("ann", "race") { ExpectedRevision = 1 }, []).Outcome, TestContext.Current.CancellationToken)))
            .WaitAsync(Bound, TestContext.Current.CancellationToken);
        Assert.Single(outcomes, RegistryOutcome.Applied);
        Assert.Equal(7, outcomes.Count(o => o == RegistryOutcome.Conflict));
    }
}
