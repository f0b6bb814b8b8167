using Appliance.Features.Registry;
using FeatureModel.Definitions;

namespace Appliance.Features.Tests.Registry;

public sealed class SampleDefinitionsTests
{
    [Fact]
    public void The_sample_members_features_are_sound_and_serve_the_model_in_its_order()
    {
        var read = DefinitionFiles.ReadFolder(Path.Combine(RepositoryRoot(), "samples", "features"));
        Assert.Empty(read.Errors);
        using var registry = new RegistryFixture();
        Assert.Equal(RegistryOutcome.Applied, registry.Apply(read.Definitions).Outcome);
        var service = registry.State.Resolve("koc_potential", 1, out _)!;
        Assert.True(service.IsServable);
        Assert.Equal(["consumption_amount", "share_count", "social_interaction_score"], service.Features.Select(f => f.Pin.Feature));
        Assert.All(service.Features, f => Assert.Equal("double", f.Pin.Type));
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Appliance.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
