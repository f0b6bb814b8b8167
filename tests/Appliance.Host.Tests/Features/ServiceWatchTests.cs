using System.Text;
using Appliance.Features.Registry;
using Appliance.Host.Features;
using Appliance.Host.Telemetry;
using Appliance.Scoring.Entities;
using Contracts;
using FeatureModel.Definitions;
using TestKit;

namespace Appliance.Host.Tests.Features;

public sealed class ServiceWatchTests
{
    private readonly RecordingLogger<ServiceWatch> _log = new();

    [Fact]
    public async Task A_service_that_is_not_there_is_told_once_and_again_when_a_change_mends_or_breaks_it()
    {
        await using var host = await FeatureHost.StartAsync(ShopFeatures());
        host.Models.Serve(KocPotential.Name, 1, KocPotential.Signature(), KocPotential.Instance(KocPotential.Signature()), Manifest());
        using var watch = new ServiceWatch(host.Models.Directory, new StoredFeatures(host.Platform, host.Time), host.Time, _log);
        watch.Step();
        watch.Step();
        Assert.Equal((1, 0), (_log.Count(EventIds.ServiceUnreadable), _log.Count(EventIds.ServiceReadable)));

        host.Apply(Read("""{"featureServices":[{"name":"koc","features":["koc"]}]}"""));
        watch.Step();
        watch.Step();
        Assert.Equal((1, 1), (_log.Count(EventIds.ServiceUnreadable), _log.Count(EventIds.ServiceReadable)));

        Assert.True(host.Platform.Definitions.Delete(DefinitionKind.FeatureService, "koc", new RegistryRequest("a", "r"), []).Succeeded);
        watch.Step();
        Assert.Equal(2, _log.Count(EventIds.ServiceUnreadable));
    }

    [Fact]
    public async Task Features_that_are_off_are_told_too()
    {
        await using var host = await FeatureHost.StartAsync();
        host.Models.Serve(KocPotential.Name, 1, KocPotential.Signature(), KocPotential.Instance(KocPotential.Signature()), Manifest());
        using var watch = new ServiceWatch(host.Models.Directory, new StoredFeatures(null, host.Time), host.Time, _log);
        watch.Step();
        Assert.Equal(1, _log.Count(EventIds.ServiceUnreadable));
    }

    private static ModelManifest Manifest()
    {
        var manifest = KocPotential.Manifest();
        manifest.FeatureService = new ManifestFeatureService { Name = "koc", Version = 1 };
        return manifest;
    }

    private static FeatureDefinitions ShopFeatures()
    {
        var columns = string.Join(',', KocPotential.Manifest().Features.Select(f => $$"""{"name":"{{f.Name}}","type":"double"}"""));
        return Read($$"""
            {"entities":[{"name":"member","joinKeys":[{"name":"member_id","type":"int64"}]}],
             "sources":[{"name":"rows","kind":"push"}],
             "featureViews":[{"name":"koc","kind":"batch","entities":["member"],"source":"rows","features":[{{columns}}]}]}
            """);
    }

    private static FeatureDefinitions Read(string json)
    {
        var read = DefinitionFiles.ReadBody(Encoding.UTF8.GetBytes(json), "test");
        Assert.Empty(read.Errors);
        return read.Definitions;
    }
}
