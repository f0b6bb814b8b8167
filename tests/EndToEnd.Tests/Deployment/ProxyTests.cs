using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Contracts.Inference;
using Contracts.Models;
using EndToEnd.Tests.Lifecycle;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Wire;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace EndToEnd.Tests.Deployment;

/// <summary>Two appliances behind nginx, as <c>deploy/nginx</c> has it: one after the other is restarted under load, and no caller fails.</summary>
public sealed class ProxyTests(ITestOutputHelper output) : IDisposable
{
    // So many over gRPC that some send just as a connection ends: with three, one restart in ten met that.
    private const int RestCallers = 4, GrpcCallers = 32, Restarts = 4, CallsBetween = 300;
    private const string Body = """{"inputs":[{"name":"INPUT0","datatype":"FP32","shape":[1,4],"data":[1,2,3,4]}]}""";

    private readonly TemporaryRepository _repository = new();
    private readonly ConcurrentQueue<string> _failures = new();
    private long _http, _grpc;

    public void Dispose() => _repository.Dispose();

    [Fact]
    public async Task Restarting_one_after_the_other_under_load_fails_no_request()
    {
        _repository.AddModel("scale", OnnxModels.Scale(2));
        var ports = FreePorts.Take(6);
        var first = await StartAsync(ports[..3]);
        var second = await StartAsync(ports[3..]);
        try
        {
            await using var nginx = await Nginx.StartAsync(ports[..3], ports[3..]);
            using var stop = new CancellationTokenSource();
            Task[] callers =
            [
                .. Enumerable.Range(0, RestCallers).Select(_ => Task.Run(() => CallRestAsync(nginx.HttpPort, stop.Token))),
                .. Enumerable.Range(0, GrpcCallers).Select(_ => Task.Run(() => CallGrpcAsync(nginx.GrpcPort, stop.Token))),
            ];
            for (var restart = 0; restart < Restarts; restart++)
            {
                await CallsAsync();
                Assert.Equal(0, await first.StopAsync());
                await CallsAsync();
                await first.DisposeAsync();
                first = await StartAsync(ports[..3]);
                await CallsAsync();
                var returned = first;
                // The proxy leaves a closed port alone for a second.
                await Eventually.BecomesTrueAsync(
                    async () => !_failures.IsEmpty || (await returned.StatisticsAsync("scale")).InferenceCount > 0, TimeSpan.FromSeconds(30), "the one that came back gets requests");
                (first, second, ports) = (second, first, [.. ports[3..], .. ports[..3]]);
            }
            await stop.CancelAsync();
            await Task.WhenAll(callers);
            output.WriteLine($"{_http} calls over REST and {_grpc} over gRPC, {_failures.Count} failed");
            Assert.True(_failures.IsEmpty, $"{_failures.Count} failed: {string.Join("; ", _failures.Distinct().Take(5))}\n{nginx.Log}");
        }
        finally
        {
            await first.DisposeAsync();
            await second.DisposeAsync();
        }
    }

    [Fact]
    public async Task Nobody_administers_an_appliance_through_the_proxy()
    {
        _repository.AddModel("scale", OnnxModels.Scale(2));
        var ports = FreePorts.Take(3);
        await using var appliance = await StartAsync(ports);
        await using var nginx = await Nginx.StartAsync(ports, ports);
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{nginx.GrpcPort}");
        var cancellation = TestContext.Current.CancellationToken;
        Assert.Equal("scale", (await new GRPCInferenceService.GRPCInferenceServiceClient(channel).ModelMetadataAsync(new ModelMetadataRequest { Name = "scale" }, cancellationToken: cancellation)).Name);
        var refused = await Assert.ThrowsAsync<RpcException>(() => new ModelAdmin.ModelAdminClient(channel).PinAsync(new PinRequest { Model = "scale", Version = 1 }, cancellationToken: cancellation).ResponseAsync);
        Assert.Equal(StatusCode.PermissionDenied, refused.StatusCode);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{nginx.HttpPort}") };
        foreach (var path in new[] { "/api/models/scale/pin", "/v2/repository/models/scale/unload" })
        {
            using var content = new StringContent("{}", Encoding.UTF8, "application/json");
            Assert.Equal(HttpStatusCode.Forbidden, (await http.PostAsync(path, content, cancellation)).StatusCode);
        }
        Assert.Equal(1, (await appliance.Models.PinAsync(new PinRequest { Model = "scale", Version = 1 }, cancellationToken: cancellation)).Version);
    }

    private Task<ApplianceProcess> StartAsync(int[] ports) => ApplianceProcess.StartAsync(new ApplianceSettings { Repository = _repository.Path, Ports = ports });

    /// <summary>Waits until both kinds of callers have been answered so often from here on.</summary>
    private Task CallsAsync()
    {
        var (http, grpc) = (Interlocked.Read(ref _http) + CallsBetween, Interlocked.Read(ref _grpc) + CallsBetween);
        return Eventually.BecomesTrueAsync(
            () => !_failures.IsEmpty || (Interlocked.Read(ref _http) >= http && Interlocked.Read(ref _grpc) >= grpc), TimeSpan.FromSeconds(60), "the callers go on");
    }

    private async Task CallRestAsync(int port, CancellationToken stop)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using var content = new StringContent(Body, Encoding.UTF8, "application/json");
                using var reply = await client.PostAsync($"http://127.0.0.1:{port}/v2/models/scale/infer", content, CancellationToken.None);
                var text = await reply.Content.ReadAsStringAsync(CancellationToken.None);
                if (text.Contains("\"data\":[2,4,6,8]", StringComparison.Ordinal)) Interlocked.Increment(ref _http);
                else _failures.Enqueue($"REST {(int)reply.StatusCode}: {text}");
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
                _failures.Enqueue($"REST: {e.Message}");
            }
        }
    }

    private async Task CallGrpcAsync(int port, CancellationToken stop)
    {
        using var client = new BareGrpc(port);
        var frame = BareGrpc.Frame(ScaleCalls.Request("scale").ToByteArray());
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var reply = await client.PostAsync(BareGrpc.ModelInfer, frame);
                if (reply.Grpc == StatusCode.OK) Interlocked.Increment(ref _grpc);
                else _failures.Enqueue($"gRPC {(int)reply.Http}, {reply.Grpc}: {reply.Message}");
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
                _failures.Enqueue($"gRPC: {e.Message}");
            }
        }
    }
}
