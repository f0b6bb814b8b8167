using System.Collections.Concurrent;
using System.Net;
using System.Text;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Wire;
using Google.Protobuf;
using Grpc.Core;

namespace EndToEnd.Tests.Lifecycle;

/// <summary>
/// Callers that never pause, over gRPC and over REST, each on a connection of its own. A caller goes on until the server ends its connection
/// in good order (over HTTP/1 by saying so in an answer, over HTTP/2 with streams that it does not take) and no new one can be opened;
/// whatever else is no answer counts as failed.
/// </summary>
internal sealed class LoadedCalls : IAsyncDisposable
{
    private static readonly byte[] GrpcBody = BareGrpc.Frame(
        InferMessages.Raw("scale", TensorValue.OfFloats(OnnxModels.Input, [1, 4], 1, 2, 3, 4)).ToByteArray());

    private const string RestBody = """{"inputs":[{"name":"INPUT0","datatype":"FP32","shape":[1,4],"data":[1,2,3,4]}]}""";

    private readonly ConcurrentQueue<string> _failures = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<IDisposable> _connections = [];
    private readonly Task[] _callers;
    private long _answered;

    /// <param name="callers">So many over gRPC, each on a connection of its own, and as many over REST.</param>
    public LoadedCalls(ApplianceProcess appliance, int callers)
    {
        _callers = [.. Enumerable.Range(0, callers).SelectMany(_ => new[] { GrpcCaller(appliance.GrpcPort), RestCaller(appliance.HttpPort) })];
    }

    public long Answered => Interlocked.Read(ref _answered);

    public IReadOnlyCollection<string> Failures => _failures;

    /// <summary>Waits until so many calls more have been answered.</summary>
    public Task AnsweredAsync(int more)
    {
        var wanted = Answered + more;
        return Eventually.BecomesTrueAsync(() => Answered >= wanted, TimeSpan.FromSeconds(30), $"{more} more calls are answered");
    }

    /// <summary>Ends the callers, each after its present call.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_callers);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        foreach (var connection in _connections) connection.Dispose();
        _stop.Dispose();
    }

    private Task GrpcCaller(int port)
    {
        var client = new BareGrpc(port);
        _connections.Add(client);
        return RunAsync(async () =>
        {
            var reply = await client.PostAsync(BareGrpc.ModelInfer, GrpcBody);
            return (reply.Grpc == StatusCode.OK ? null : $"gRPC {reply.Grpc}: {reply.Message}", GoesOn: true);
        });
    }

    private Task RestCaller(int port)
    {
        var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(60) };
        _connections.Add(client);
        return RunAsync(async () =>
        {
            using var body = new StringContent(RestBody, Encoding.UTF8, "application/json");
            using var response = await client.PostAsync("/v2/models/scale/infer", body);
            var failure = response.StatusCode == HttpStatusCode.OK ? null : $"REST {response.StatusCode}: {await response.Content.ReadAsStringAsync()}";
            return (failure, GoesOn: response.Headers.ConnectionClose is not true);
        });
    }

    private Task RunAsync(Func<Task<(string? Failure, bool GoesOn)>> call) => Task.Run(async () =>
    {
        var goesOn = true;
        while (goesOn && !_stop.IsCancellationRequested)
        {
            try
            {
                (var failure, goesOn) = await call();
                if (failure is null) Interlocked.Increment(ref _answered);
                else _failures.Enqueue(failure);
            }
            catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConnectionError)
            {
                // Nobody listens: the call never reached the server, and no later one will.
                return;
            }
            catch (HttpRequestException e) when (e.InnerException is HttpProtocolException { ErrorCode: 0 })
            {
                // GOAWAY without an error: the server names the last stream that it takes, and this one came after it.
                return;
            }
            catch (HttpRequestException e)
            {
                _failures.Enqueue($"{e.HttpRequestError}: {e.Message} {e.InnerException?.Message}");
            }
        }
    });
}
