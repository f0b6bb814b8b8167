using Appliance.Features;
using Appliance.Host.Features;
using Appliance.Host.Health;
using Appliance.Host.Rest;
using Appliance.Host.Rest.Business;
using Appliance.Host.Rest.Deployment;
using Appliance.Host.Rest.V1;
using Appliance.Host.Rest.V2;
using Appliance.Inference.Lifecycle;
using Appliance.Inference.Repository;
using Appliance.Scoring.Entities;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using TestKit;

namespace Appliance.Host.Tests.Rest;

/// <summary>The API description against the routes that are registered.</summary>
public sealed class DescriptionTests
{
    [Fact]
    public async Task Every_route_is_described_and_nothing_else_is()
    {
        using var folder = new TemporaryFolder();
        await using var app = Compose(folder.Path);

        // What catches everything else only answers that there is nothing; the figures are served by no route, on a port of their own.
        var registered = ((IEndpointRouteBuilder)app).DataSources
            .SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
            .Select(e => $"/{e.RoutePattern.RawText!.Trim('/')}")
            .Where(r => !r.Contains("{**", StringComparison.Ordinal));
        var described = ServedDescription.Document.Paths.Select(p => p.Path).Where(p => p != "/metrics");

        Assert.Equal(described.Order(StringComparer.Ordinal), registered.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_operation_has_an_id_of_its_own_unless_it_is_not_supported()
    {
        var ids = ServedDescription.Document.Operations
            .Where(o => !OpenApiDocument.Statuses(o.Operation).SequenceEqual(["501"]))
            .Select(o => o.Operation.GetProperty("operationId").GetString())
            .ToArray();

        Assert.Equal(ids.Length, ids.Distinct().Count());
    }

    private static WebApplication Compose(string folder)
    {
        var features = new FeatureOptions { Folder = folder };
        (features.Store.MemoryBytes, features.Store.PageBytes) = (32 << 20, 1 << 20);
        var models = new TestModels(TimeProvider.System);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services
            .AddSingleton(models.Time).AddSingleton(models.Directory).AddSingleton(models.Traffic).AddSingleton(models.Gate).AddSingleton(models.Pipeline)
            .AddSingleton(new StoredFeatures(null, models.Time))
            .AddSingleton<IModelLifecycle>(new ScriptedModelLifecycle()).AddTestTraffic(models, new ScriptedModelLifecycle())
            .AddSingleton(new ModelManagerOptions { Repository = folder }).AddSingleton(new TransportOptions()).AddSingleton<RepositoryDeployments>()
            .AddHealth().AddV2().AddBusinessApi().AddDeployment().AddFeatures(features);
        var app = builder.Build();
        app.MapV2();
        app.MapV1();
        app.MapBusinessApi();
        app.MapDeployment();
        app.MapFeatures();
        app.MapHealth();
        app.MapOpenApi();
        return app;
    }
}
