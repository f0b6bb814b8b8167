using Appliance.Host.Grpc;
using Appliance.Scoring.Entities;
using Contracts.Scoring;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using TestKit;

namespace Appliance.Host.Tests.Grpc;

public sealed class ScoreStreamCallTests
{
    [Fact]
    public async Task No_more_requests_than_the_window_are_inside_and_the_caller_is_not_read_further()
    {
        const int window = 4;
        const int requests = 20;
        var models = new TestModels(TimeProvider.System);
        var signature = KocPotential.Signature();
        var instance = KocPotential.Instance(signature);
        using var goOn = new SemaphoreSlim(0);
        instance.OnRun = () => goOn.Wait(TestContext.Current.CancellationToken);
        models.Serve(KocPotential.Name, 1, signature, instance, KocPotential.Manifest(), gathers: true);
        using var call = new ScoreStreamCall(new FeatureScorer(models.Pipeline, new StoredFeatures(null, TimeProvider.System), TimeProvider.System), window, new HeaderDictionary(), long.MaxValue, CancellationToken.None);
        using var stop = new CancellationTokenSource();
        var reader = new ListReader(Enumerable.Range(0, requests).Select(i => ScoreTests.Request(ScoreTests.Row(i, 1, 1))));
        var writer = new ListWriter();
        // The reader never waits, so this comes back when the window is full: its requests are inside, one more is read and waits for room.
        var running = call.RunAsync(reader, writer, stop);
        Assert.False(running.IsCompleted);
        Assert.Equal(window, models.Gate.Inside);
        Assert.Equal(window + 1, reader.Read);
        Assert.Empty(writer.Written);
        goOn.Release(requests);
        await running;
        Assert.Equal(Enumerable.Range(0, requests).Select(i => (double)(float)instance.Score(i, 1, 1)), writer.Written.Select(r => r.Rows[0].Scores[0].DoubleValue));
        Assert.Equal(0, models.Gate.Inside);
        Assert.True(call.Timings.TotalMs > 0);
    }

    [Fact]
    public async Task A_write_that_fails_ends_the_reading()
    {
        var models = new TestModels(TimeProvider.System);
        var signature = KocPotential.Signature();
        models.Serve(KocPotential.Name, 1, signature, KocPotential.Instance(signature), KocPotential.Manifest());
        using var call = new ScoreStreamCall(new FeatureScorer(models.Pipeline, new StoredFeatures(null, TimeProvider.System), TimeProvider.System), 4, new HeaderDictionary(), long.MaxValue, CancellationToken.None);
        using var stop = new CancellationTokenSource();
        await call.RunAsync(new ListReader(Endless()), new ListWriter { Fault = new InvalidOperationException("the request is complete") }, stop);
        Assert.True(stop.IsCancellationRequested);
        Assert.Equal(0, models.Gate.Inside);

        static IEnumerable<ScoreRequest> Endless()
        {
            while (true) yield return ScoreTests.Request(ScoreTests.Row(1, 1, 1));
        }
    }

    private sealed class ListReader(IEnumerable<ScoreRequest> requests) : IAsyncStreamReader<ScoreRequest>
    {
        private readonly IEnumerator<ScoreRequest> _requests = requests.GetEnumerator();

        public int Read { get; private set; }

        public ScoreRequest Current => _requests.Current;

        public Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Read++;
            return Task.FromResult(_requests.MoveNext());
        }
    }

    private sealed class ListWriter : IServerStreamWriter<ScoreResponse>
    {
        public List<ScoreResponse> Written { get; } = [];

        public Exception? Fault { get; init; }

        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(ScoreResponse message) => throw new NotSupportedException();

        public Task WriteAsync(ScoreResponse message, CancellationToken cancellationToken)
        {
            if (Fault is not null) return Task.FromException(Fault);
            Written.Add(message);
            return Task.CompletedTask;
        }
    }
}
