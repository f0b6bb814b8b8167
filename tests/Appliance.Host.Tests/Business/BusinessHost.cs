using System.Net;
using System.Text;
using System.Text.Json;
using Appliance.Features;
using Appliance.Host.Grpc;
using Appliance.Host.Health;
using Appliance.Host.Rest.Business;
using Appliance.Host.Telemetry;
using Appliance.Inference.Lifecycle;
using Appliance.Inference.Statistics;
using Appliance.Scoring.Entities;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TestKit;

namespace Appliance.Host.Tests.Business;

/// <summary>The business, gRPC and telemetry calls on a real server over loopback, with test models behind the real pipeline and batcher.</summary>
internal sealed class BusinessHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private GrpcChannel? _channel;

    private BusinessHost(
        BusinessOptions options, GrpcOptions grpc, int maxConcurrentRequests, TimeProvider time, Action<ILoggingBuilder>? logging, FeaturePlatform? features)
    {
        Models = new TestModels(time, maxConcurrentRequests);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        logging?.Invoke(builder.Logging);
        builder.WebHost.ConfigureKestrel(k =>
        {
            k.Listen(IPAddress.Loopback, 0, l => l.Protocols = HttpProtocols.Http1);
            k.Listen(IPAddress.Loopback, 0, l => l.Protocols = HttpProtocols.Http2);
        });
        builder.Services
            .AddSingleton(time).AddSingleton(Models.Directory).AddSingleton(Models.Traffic).AddSingleton(Models.Gate).AddSingleton(Models.Pipeline)
            .AddSingleton(new StoredFeatures(features, time))
            .AddSingleton<IModelLifecycle>(Lifecycle).AddSingleton(grpc).AddTestTraffic(Models, Lifecycle)
            .AddBusinessApi().AddHealth().AddScoringGrpc().AddMetricsPage();
        if (features is not null) builder.Services.AddSingleton(new FeatureMetrics(features, new FeatureOptions(), time));
        builder.Services.AddGrpc();
        builder.Services.Configure<BusinessOptions>(o => (o.MaxBodyBytes, o.MaxJsonDepth) = (options.MaxBodyBytes, options.MaxJsonDepth));
        _app = builder.Build();
        _app.MapBusinessApi().MapHealth().MapScoringGrpc();
        MetricsEndpoint.Map(_app);
    }

    public TestModels Models { get; }
    public ScriptedModelLifecycle Lifecycle { get; } = new();
    public LoadStatistics Loads => _app.Services.GetRequiredService<LoadStatistics>();
    public IHostApplicationLifetime Lifetime => _app.Lifetime;
    public HttpClient Http { get; private set; } = null!;
    public GrpcChannel Channel => _channel!;

    public static async Task<BusinessHost> StartAsync(
        BusinessOptions? options = null, int maxConcurrentRequests = 1000, TimeProvider? time = null, Action<ILoggingBuilder>? logging = null,
        GrpcOptions? grpc = null, FeaturePlatform? features = null)
    {
        var host = new BusinessHost(options ?? new BusinessOptions(), grpc ?? new GrpcOptions(), maxConcurrentRequests, time ?? TimeProvider.System, logging, features);
        await host._app.StartAsync(TestContext.Current.CancellationToken);
        var addresses = host._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ToArray();
        host.Http = new HttpClient { BaseAddress = new Uri(addresses[0]) };
        host._channel = GrpcChannel.ForAddress(addresses[1]);
        return host;
    }

    /// <summary>Serves the three-feature model and returns its instance.</summary>
    public LinearModelInstance ServeKoc(long version = 1, bool gathers = false, int maxQueueSize = 100)
    {
        var signature = KocPotential.Signature();
        var instance = KocPotential.Instance(signature);
        Models.Serve(KocPotential.Name, version, signature, instance, KocPotential.Manifest(), maxQueueSize, gathers);
        return instance;
    }

    public async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(string path, string json, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        return (response.StatusCode, await ReadAsync(response));
    }

    public async Task<(HttpStatusCode Status, JsonElement Body)> GetAsync(string path)
    {
        using var response = await Http.GetAsync(path, TestContext.Current.CancellationToken);
        return (response.StatusCode, await ReadAsync(response));
    }

    public static async Task<JsonElement> ReadAsync(HttpResponseMessage response)
    {
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        _channel?.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        // Whatever a test did, every request that went in came out.
        Assert.Equal(0, Models.Gate.Inside);
        foreach (var model in Models.Directory.Slots.SelectMany(s => s.Ready)) Assert.Equal(0, model.Leases);
    }
}
