using Appliance.Host.Health;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Appliance.Host.Rest;
using Appliance.Host.Rest.V1;
using Appliance.Host.Rest.V2;
using Appliance.Inference.Batching;
using Appliance.Inference.Lifecycle;
using Appliance.Scoring;
using Appliance.Scoring.Traffic;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TestKit;

namespace Appliance.Host.Tests.Rest;

/// <summary>The REST interface on a real server over loopback, with scripted models behind the real pipeline and batcher.</summary>
internal sealed class RestHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Channel<int> _finished = Channel.CreateUnbounded<int>();

    private RestHost(RestOptions options, int maxConcurrentRequests, TimeProvider time)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        Gate = new AdmissionGate(maxConcurrentRequests);
        Traffic = new TrafficTable(Directory);
        builder.Services
            .AddSingleton(time)
            .AddSingleton(Directory)
            .AddSingleton(Traffic)
            .AddSingleton(Gate)
            .AddSingleton<BatchEntryPool>()
            .AddSingleton<ScoringPipeline>()
            .AddSingleton<IModelLifecycle>(Lifecycle)
            .AddHealth()
            .Configure<RestOptions>(o => o.MaxRequestBytes = options.MaxRequestBytes);
        _app = builder.Build();
        _app.Use(next => async context =>
        {
            try
            {
                await next(context);
            }
            finally
            {
                _finished.Writer.TryWrite(context.Response.StatusCode);
            }
        });
        _app.MapV2();
        _app.MapV1();
        _app.MapOpenApi();
    }

    public ModelDirectory Directory { get; } = new();
    public TrafficTable Traffic { get; }
    public AdmissionGate Gate { get; }
    public ScriptedModelLifecycle Lifecycle { get; } = new();
    public HttpClient Client { get; private set; } = null!;
    public IPEndPoint EndPoint { get; private set; } = null!;

    public static async Task<RestHost> StartAsync(RestOptions? options = null, int maxConcurrentRequests = 100, TimeProvider? time = null)
    {
        var host = new RestHost(options ?? new RestOptions(), maxConcurrentRequests, time ?? TimeProvider.System);
        await host._app.StartAsync(TestContext.Current.CancellationToken);
        var address = new Uri(host._app.Urls.Single());
        host.EndPoint = new IPEndPoint(IPAddress.Loopback, address.Port);
        host.Client = new HttpClient(new DocumentedHandler(ServedDescription.Document)) { BaseAddress = address };
        return host;
    }

    public ServingModel Deploy(ScriptedModel model) => model.Deploy(Directory, Traffic);

    /// <summary>The status with which the server finished its next request, sent or not.</summary>
    public ValueTask<int> NextFinishedAsync() => _finished.Reader.ReadAsync(TestContext.Current.CancellationToken);

    public async Task<(HttpStatusCode Status, JsonElement Body)> GetAsync(string path)
    {
        using var response = await Client.GetAsync(path, TestContext.Current.CancellationToken);
        return (response.StatusCode, await JsonAsync(response));
    }

    public async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await Client.PostAsync(path, content, TestContext.Current.CancellationToken);
        return (response.StatusCode, await JsonAsync(response));
    }

    /// <summary>Posts JSON with binary tensors behind it; <paramref name="jsonLength"/> null leaves the header out.</summary>
    public async Task<BinaryReply> PostBinaryAsync(string path, string json, byte[] tensors, int? jsonLength)
    {
        using var content = new ByteArrayContent([.. Encoding.UTF8.GetBytes(json), .. tensors]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        if (jsonLength is not null) request.Headers.Add("Inference-Header-Content-Length", jsonLength.ToString());
        using var response = await Client.SendAsync(request, TestContext.Current.CancellationToken);
        return await BinaryReply.ReadAsync(response);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        Assert.Equal(0, Gate.Inside);
        foreach (var model in Directory.Slots.SelectMany(s => s.Ready)) Assert.Equal(0, model.Leases);
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).RootElement;
}
