using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Contracts.Inference;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Wire;
using Google.Protobuf;
using Grpc.Core;

namespace EndToEnd.Tests.Swap;

/// <summary>
/// Sends one request at seeded random times, whether the earlier ones are answered or not, over a few connections of its own. Every
/// answer is kept with the time during which it was made.
/// </summary>
internal sealed class OpenLoop : IAsyncDisposable
{
    private const int Connections = 4, Seed = 11;

    private const double Load = 0.6;

    private readonly BareGrpc[] _connections;
    private readonly byte[] _body;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<Answer> _answers = new();
    private readonly ConcurrentQueue<string> _failures = new();
    private Task _sending = Task.CompletedTask;
    private long _open;

    /// <param name="Sent">When the request left; a timestamp of <see cref="Stopwatch"/>.</param>
    internal readonly record struct Answer(long Sent, long Received, long Version, float First);

    public OpenLoop(ApplianceProcess appliance, ModelInferRequest request)
    {
        _connections = [.. Enumerable.Range(0, Connections).Select(_ => new BareGrpc(appliance.GrpcPort))];
        _body = BareGrpc.Frame(request.ToByteArray());
    }

    public IReadOnlyCollection<Answer> Answers => _answers;

    public IReadOnlyCollection<string> Failures => _failures;

    /// <summary>Finds what the machine does with callers that wait for their answers, and starts to send 60 % of it; returns the requests a second.</summary>
    public async Task<double> StartAsync()
    {
        var began = Stopwatch.GetTimestamp();
        var window = TimeSpan.FromSeconds(1);
        await Task.WhenAll(Enumerable.Range(0, 2 * Connections).Select(caller => Task.Run(async () =>
        {
            while (Stopwatch.GetElapsedTime(began) < window) await CallAsync(caller);
        })));
        var rate = Load * _answers.Count / Stopwatch.GetElapsedTime(began).TotalSeconds;
        _answers.Clear();
        _sending = Task.Run(() => SendAsync(rate));
        return rate;
    }

    /// <summary>Sends no more, and comes back once every request has ended.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _sending;
        await Eventually.BecomesTrueAsync(() => Interlocked.Read(ref _open) == 0, TimeSpan.FromSeconds(30), "every request has ended");
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        foreach (var connection in _connections) connection.Dispose();
        _stop.Dispose();
    }

    private async Task SendAsync(double rate)
    {
        var random = new Random(Seed);
        var began = Stopwatch.GetTimestamp();
        var next = 0.0;
        for (var sent = 0; !_stop.IsCancellationRequested;)
        {
            for (var now = Stopwatch.GetElapsedTime(began).TotalSeconds; next <= now; sent++)
            {
                _ = CallAsync(sent);
                next -= Math.Log(1 - random.NextDouble()) / rate;
            }
            await Task.Delay(1);
        }
    }

    private async Task CallAsync(int number)
    {
        Interlocked.Increment(ref _open);
        var sent = Stopwatch.GetTimestamp();
        try
        {
            var reply = await _connections[number % Connections].PostAsync(BareGrpc.ModelInfer, _body);
            var received = Stopwatch.GetTimestamp();
            if (reply.Grpc != StatusCode.OK)
            {
                _failures.Enqueue($"{reply.Grpc}: {reply.Message}");
                return;
            }
            var response = ModelInferResponse.Parser.ParseFrom(reply.Body.AsSpan(5));
            var first = BitConverter.ToSingle(response.RawOutputContents[0].Span);
            _answers.Enqueue(new Answer(sent, received, long.Parse(response.ModelVersion, CultureInfo.InvariantCulture), first));
        }
        catch (HttpRequestException e)
        {
            _failures.Enqueue($"{e.HttpRequestError}: {e.Message}");
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }
}
