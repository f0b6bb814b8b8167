using System.Net;
using Appliance.Features;
using Appliance.Features.Registry;
using Appliance.Host.Features;
using Appliance.Host.Grpc;
using Appliance.Host.Grpc.Journal;
using Contracts.Journal;
using FeatureModel.Definitions;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TestKit;
using JournalClient = Contracts.Journal.Journal.JournalClient;

namespace Appliance.Host.Tests.Grpc.Journal;

/// <summary>The journal's service on a real server over loopback, with features on real files and one source declared.</summary>
internal sealed class JournalHost : IAsyncDisposable
{
    private const string Definitions = """
        { "entities": [ { "name": "member", "joinKeys": [ { "name": "member_id", "type": "int64" } ] } ],
          "sources": [ { "name": "clicks", "kind": "events", "fields": [ { "name": "amount", "type": "double" } ] } ],
          "featureViews": [ { "name": "activity", "kind": "stream", "entities": ["member"], "source": "clicks",
            "features": [ { "name": "clicks_7d", "type": "int64", "aggregate": { "function": "count", "window": "7d" } } ] } ] }
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly WebApplication _app;
    private GrpcChannel? _channel;

    private JournalHost(long maxPendingBytes)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, l => l.Protocols = HttpProtocols.Http2));
        var options = new FeatureOptions { Folder = Path.Combine(_folder.Path, "features") };
        options.Journal.MaxPendingBytes = maxPendingBytes;
        (options.Store.MemoryBytes, options.Store.PageBytes) = (64 << 20, 1 << 20);
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton(new GrpcOptions()).AddFeatures(options);
        // It watches models, of which there are none here.
        builder.Services.Remove(builder.Services.Single(s => s.ImplementationType == typeof(ServiceWatch)));
        builder.Services.AddGrpc();
        _app = builder.Build();
        _app.MapGrpcService<JournalGrpcService>();
    }

    public FeaturePlatform Platform => _app.Services.GetRequiredService<FeaturePlatform>();

    public JournalClient Client { get; private set; } = null!;

    public static async Task<JournalHost> StartAsync(long maxPendingBytes = 16L << 20)
    {
        var host = new JournalHost(maxPendingBytes);
        var definitions = Path.Combine(host._folder.Path, "definitions");
        Directory.CreateDirectory(definitions);
        await File.WriteAllTextAsync(Path.Combine(definitions, "clicks.json"), Definitions, TestContext.Current.CancellationToken);
        var read = DefinitionFiles.ReadFolder(definitions);
        Assert.Empty(read.Errors);
        Assert.Equal(RegistryOutcome.Applied, host.Platform.Definitions.Apply(read.Definitions, ApplyMode.Merge, new RegistryRequest("test", "a source"), []).Outcome);
        await host._app.StartAsync(TestContext.Current.CancellationToken);
        host._channel = GrpcChannel.ForAddress(host._app.Urls.Single());
        host.Client = new JournalClient(host._channel);
        return host;
    }

    public void StopApplication() => _app.Lifetime.StopApplication();

    /// <summary>Sends requests on one stream and returns all acknowledgements.</summary>
    public async Task<List<AppendResponse>> AppendAsync(params AppendRequest[] requests)
    {
        using var call = Client.Append(cancellationToken: TestContext.Current.CancellationToken);
        foreach (var request in requests) await call.RequestStream.WriteAsync(request, TestContext.Current.CancellationToken);
        await call.RequestStream.CompleteAsync();
        var responses = new List<AppendResponse>();
        while (await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken)) responses.Add(call.ResponseStream.Current);
        return responses;
    }

    /// <summary>Reads to the end of the stream.</summary>
    public async Task<List<ReadResponse>> ReadAsync(ReadRequest request)
    {
        using var call = Client.Read(request, cancellationToken: TestContext.Current.CancellationToken);
        var responses = new List<ReadResponse>();
        while (await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken)) responses.Add(call.ResponseStream.Current);
        return responses;
    }

    public static string Event(int id, string data = "{}", string source = "clicks") =>
        $$"""{"id":"{{id}}","source":"{{source}}","type":"click","entity":{"member_id":{{id}}},"time":"2026-01-01T00:00:00Z","data":{{data}}}""";

    public static AppendRequest Json(long sequence, params IEnumerable<string> events) =>
        new() { Sequence = sequence, Json = Google.Protobuf.ByteString.CopyFromUtf8(string.Join('\n', events)) };

    public async ValueTask DisposeAsync()
    {
        _channel?.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _folder.Dispose();
    }
}
