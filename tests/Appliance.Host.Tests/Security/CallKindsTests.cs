using Appliance.Features;
using Appliance.Host.Features;
using Appliance.Host.Health;
using Appliance.Host.Rest;
using Appliance.Host.Rest.Business;
using Appliance.Host.Rest.V1;
using Appliance.Host.Rest.V2;
using Appliance.Host.Security.Calls;
using Appliance.Host.Security.Keys;
using Appliance.Inference.Lifecycle;
using Appliance.Scoring.Entities;
using Google.Protobuf.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using TestKit;

namespace Appliance.Host.Tests.Security;

/// <summary>Whoever adds a call says here what it is; one that nobody listed is one of administration, and this fails.</summary>
public sealed class CallKindsTests
{
    private static readonly FileDescriptor[] Protocols =
    [
        Contracts.Inference.InferenceReflection.Descriptor, Contracts.Health.HealthReflection.Descriptor, Contracts.Scoring.ScoringReflection.Descriptor,
        Contracts.Models.ModelsReflection.Descriptor, Contracts.Features.FeaturesReflection.Descriptor, Contracts.Features.BackfillReflection.Descriptor,
        Contracts.Journal.JournalReflection.Descriptor, Contracts.Traffic.TrafficReflection.Descriptor, Contracts.Feast.ServingReflection.Descriptor,
    ];

    [Fact]
    public async Task Every_route_is_listed()
    {
        using var folder = new TemporaryFolder();
        await using var app = Compose(folder.Path);
        var routes = ((IEndpointRouteBuilder)app).DataSources.SelectMany(s => s.Endpoints).OfType<RouteEndpoint>().ToList();
        Assert.True(routes.Count > 60);
        var unlisted = routes.Select(r => (Pattern: r.RoutePattern.RawText!, Method: MethodOf(r))).Where(r => CallKinds.OfRoute(r.Pattern, r.Method) is null);
        Assert.Empty(unlisted);
    }

    [Fact]
    public void Every_gRPC_call_is_listed()
    {
        string[] calls = [.. Protocols.SelectMany(p => p.Services).SelectMany(s => s.Methods.Select(m => $"{s.FullName}/{m.Name}"))];
        Assert.True(calls.Length > 40);
        Assert.DoesNotContain(calls, c => CallKinds.OfGrpc(c) is null);
        Assert.Equal(CallKinds.OfGrpc(calls[0]), CallKinds.OfGrpc("/" + calls[0]));
    }

    [Theory]
    [InlineData("/v2/models/{model}/infer", null, "Score")]
    [InlineData("/v2/models/{model}/versions/{version}/infer", null, "Score")]
    [InlineData("/v2/models/{model}/versions/{version}/config", null, "Read")]
    [InlineData("/v2/", null, "Read")]
    [InlineData("/api/{**rest}", null, "Open")]
    [InlineData("/api/models/{modelName}/pin", "POST", "Operate")]
    [InlineData("/api/models/{modelName}/pin", null, "Open")]
    [InlineData("/api/feature-registry/{kind}/{name}", "GET", "Read")]
    [InlineData("/api/feature-registry/{kind}/{name}", "DELETE", "Admin")]
    [InlineData("/v2/repository/models/{model}/load", null, "Operate")]
    public void Routes_are_what_they_do(string pattern, string? method, string kind) => Assert.Equal(kind, CallKinds.OfRoute(pattern, method).ToString());

    [Fact]
    public void What_is_not_listed_is_nothing_that_anybody_may_do()
    {
        Assert.Null(CallKinds.OfRoute("/api/everything", "POST"));
        Assert.Null(CallKinds.OfGrpc("appliance.models.v1.ModelAdmin/Destroy"));
    }

    [Fact]
    public void Every_kind_but_the_open_one_needs_a_right_that_a_role_gives()
    {
        foreach (var kind in Enum.GetValues<CallKind>().Where(k => k != CallKind.Open)) Assert.NotEmpty(Role.NameOf(kind.Needs()));
        Assert.Equal(Rights.None, CallKind.Open.Needs());
    }

    private static string? MethodOf(RouteEndpoint route) => route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods is [var method] ? method : null;

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
            .AddHealth().AddV2().AddBusinessApi().AddFeatures(features);
        var app = builder.Build();
        app.MapV2();
        app.MapV1();
        app.MapBusinessApi();
        app.MapFeatures();
        app.MapHealth();
        app.MapOpenApi();
        return app;
    }
}
