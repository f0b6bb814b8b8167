using Appliance.Features.Registry;
using FeatureModel.Definitions;
using FeatureModel.Definitions.Changes;
using TestKit;

namespace Appliance.Features.Tests.Registry;

/// <summary>A change is in force when it is answered.</summary>
public sealed class DefinitionChangesTests : IAsyncDisposable
{
    private const int Threads = 8, Changes = 10;

    private readonly TestFeatures _features = new(new ManualTime(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero)));

    private DefinitionChanges Definitions => _features.Platform.Definitions;

    public ValueTask DisposeAsync() => _features.DisposeAsync();

    [Fact]
    public async Task However_many_change_them_at_once_each_sees_its_own_change_in_force_when_it_is_answered()
    {
        Apply(MemberDefinitions.Base);
        await Task.WhenAll(Enumerable.Range(0, Threads).Select(t => Task.Run(
            () =>
            {
                for (var i = 0; i < Changes; i++)
                {
                    var revision = Apply(MemberDefinitions.Described((t * Changes) + i)).State.Revision;
                    Assert.True(_features.Platform.Catalog.Current.Revision >= revision);
                }
            },
            TestContext.Current.CancellationToken)));
        Assert.Equal(1 + (Threads * Changes), _features.Platform.Catalog.Current.Revision);
    }

    [Fact]
    public void A_deletion_is_in_force_when_it_is_answered()
    {
        Apply(DefinitionFiles.ReadBody("""{"entities":[{"name":"shop","joinKeys":[{"name":"shop_id","type":"string"}]}]}"""u8.ToArray(), "test").Definitions);
        var deleted = Definitions.Delete(DefinitionKind.Entity, "shop", new RegistryRequest("ann", "no more"), []);
        Assert.Equal((RegistryOutcome.Applied, 2), (deleted.Outcome, _features.Platform.Catalog.Current.Revision));
    }

    [Fact]
    public void A_refused_change_leaves_what_is_served_as_it_is()
    {
        Apply(MemberDefinitions.Base);
        var before = _features.Platform.Catalog.Current;
        Assert.Equal(RegistryOutcome.NotFound, Definitions.Delete(DefinitionKind.Entity, "nobody", new RegistryRequest("ann", "x"), []).Outcome);
        Assert.Same(before, _features.Platform.Catalog.Current);
    }

    private RegistryResult Apply(FeatureDefinitions definitions)
    {
        var result = Definitions.Apply(definitions, ApplyMode.Merge, new RegistryRequest("ann", "test"), []);
        Assert.True(result.Succeeded, result.Message);
        return result;
    }
}
