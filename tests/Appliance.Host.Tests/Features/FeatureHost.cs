using System.Net;
using System.Text;
using System.Text.Json;
using Appliance.Features;
using Appliance.Features.Reading;
using Appliance.Features.Registry;
using Appliance.Host.Features;
using Appliance.Host.Grpc;
using Appliance.Host.Grpc.Feast;
using Appliance.Host.Health;
using Appliance.Host.Rest;
using Appliance.Host.Rest.Business;
using Appliance.Host.Telemetry;
using Appliance.Host.Tests.Rest;
using Appliance.Http2;
using Appliance.Http2.Sockets;
using Appliance.Http2.Calls;
using Appliance.Inference.Lifecycle;
using FeatureModel.Definitions;
using Grpc.Net.Client;
using Appliance.Scoring.Entities;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TestKit;

namespace Appliance.Host.Tests.Features;

/// <summary>The feature calls on a real server over loopback, with a real platform in a folder of the test's own whose loop the test steps.</summary>
internal sealed class FeatureHost : IAsyncDisposable
{
    public static readonly DateTimeOffset Now = new(2025, 1, 31, 0, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();
    private readonly WebApplication _app;

    private FeatureHost(int maxEntities, RestOptions rest)
    {
        Models = new TestModels(Time);
        var options = new FeatureOptions { Folder = _folder["features"], MaxEntities = maxEntities };
        (options.Store.MemoryBytes, options.Store.PageBytes) = (32 << 20, 1 << 20);
        Platform = FeaturePlatform.Open(new FeaturePlatformOptions(options, options.Store, options.Journal, options.Ingest), Time, NullLoggerFactory.Instance);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k =>
        {
            RequestLine.Bound(k.Limits);
            k.Listen(IPAddress.Loopback, 0, l => l.Protocols = HttpProtocols.Http1);
            // As the appliance does: some calls are taken before they become requests.
            k.Listen(new GrpcEndPoint(IPAddress.Loopback, 0), l => l.Run(k.ApplicationServices.GetRequiredService<Http2ConnectionHandler>().OnConnectedAsync));
        });
        builder.Services
            .AddSingleton<TimeProvider>(Time).AddSingleton(Models.Directory).AddSingleton(Models.Traffic).AddSingleton(Models.Pipeline)
            .AddSingleton<IModelLifecycle>(new ScriptedModelLifecycle()).AddSingleton(new GrpcOptions()).AddTestTraffic(Models, new ScriptedModelLifecycle())
            .AddSingleton(Models.Gate).AddSingleton(new StoredFeatures(Platform, Time)).AddHealth()
            .AddBusinessApi().AddMetricsPage()
            .AddFeatures(options)
            .AddSingleton<UnaryService>(s => s.GetRequiredService<OnlineFeaturesService>())
            .AddSingleton<TransportBlocks>().AddSingleton<SocketLoopTransport>()
            .AddSingleton(new ConnectionLimits()).AddSingleton<Http2ConnectionHandler>().AddSingleton<IServer, ApplianceServer>()
            .AddSingleton(Platform)
            .Configure<RestOptions>(o => o.MaxRequestBytes = rest.MaxRequestBytes)
            .AddGrpc();
        // The test steps the loop itself.
        builder.Services.Remove(builder.Services.Single(s => s.ServiceType == typeof(IHostedService) && s.ImplementationType == typeof(FeatureWorker)));
        _app = builder.Build();
        _app.MapBusinessApi();
        _app.MapFeatures();
        MetricsEndpoint.Map(_app);
        _app.MapFeatureGrpc();
    }

    public ManualTime Time { get; } = new(Now);

    public TestModels Models { get; }

    public FeaturePlatform Platform { get; }

    /// <summary>Lets answers through only if they are as documented.</summary>
    public HttpClient Http { get; private set; } = null!;

    /// <summary>For calls that are not documented, because they are refused.</summary>
    public HttpClient Plain { get; private set; } = null!;

    public GrpcChannel Channel { get; private set; } = null!;

    /// <param name="definitions">What is registered from the start; null for the test definitions.</param>
    public static async Task<FeatureHost> StartAsync(FeatureDefinitions? definitions = null, int maxEntities = 10_000, RestOptions? rest = null)
    {
        var host = new FeatureHost(maxEntities, rest ?? new RestOptions());
        await host._app.StartAsync(TestContext.Current.CancellationToken);
        var addresses = host._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ToArray();
        host.Http = new HttpClient(new DocumentedHandler(ServedDescription.Document)) { BaseAddress = new Uri(addresses[0]) };
        host.Plain = new HttpClient { BaseAddress = new Uri(addresses[0]) };
        host.Channel = GrpcChannel.ForAddress(addresses[1]);
        host.Apply(definitions ?? TestDefinitions.Read());
        await host.Platform.StartAsync(TestContext.Current.CancellationToken);
        return host;
    }

    public void Apply(FeatureDefinitions definitions)
    {
        var result = Platform.Definitions.Apply(definitions, ApplyMode.Merge, new RegistryRequest("test", "begin"), []);
        Assert.True(result.Succeeded, result.Message);
    }

    /// <summary>Pushes rows and waits until they can be read.</summary>
    public async Task PushAsync(string source, string frame, int rows)
    {
        var before = Platform.Statistics.Applied;
        var (status, body) = await PostAsync("/push", $$"""{"push_source_name":"{{source}}","df":{{frame}},"to":"online"}""");
        Assert.True(status == HttpStatusCode.OK, body);
        await AppliedAsync(before + rows);
    }

    /// <summary>Steps the loop until so many events have been applied in all.</summary>
    public async Task AppliedAsync(long events)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (Platform.Statistics.Applied < events) await Platform.StepAsync(limit.Token);
    }

    public async Task<(HttpStatusCode Status, string Body)> PostAsync(string path, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await Http.PostAsync(path, content, TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public async Task<(HttpStatusCode Status, string Body)> GetAsync(string path)
    {
        using var response = await Http.GetAsync(path, TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>The data of an answer that went well, as it stands in its bytes.</summary>
    public static string Data((HttpStatusCode Status, string Body) answer)
    {
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Body);
        return JsonDocument.Parse(answer.Body).RootElement.GetProperty("data").GetRawText();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        Plain.Dispose();
        Channel.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        await Platform.DisposeAsync();
        _folder.Dispose();
    }
}
