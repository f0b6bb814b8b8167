// Hot path: once per request of a stream.
using System.Threading.Channels;
using Appliance.Scoring;
using Contracts.Scoring;
using Grpc.Core;

namespace Appliance.Host.Grpc;

/// <summary>
/// One scoring stream: requests are started as they come, up to a window of them at once, and answered in their order. A caller that does
/// not read its answers fills the window, and is then not read from. Used by one call.
/// </summary>
internal sealed class ScoreStreamCall(FeatureScorer scorer, int window, IHeaderDictionary headers, long deadline, CancellationToken cancellation) : IDisposable
{
    private readonly SemaphoreSlim _room = new(window);

    // Bounded by the room: every request in it holds a place.
    private readonly Channel<Task<ScoreAnswer>> _started =
        Channel.CreateUnbounded<Task<ScoreAnswer>>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    /// <summary>The phases of all answered requests added up.</summary>
    public PhaseTimings Timings { get; private set; }

    /// <summary>Serves the stream to its end, or until <paramref name="stop"/>; every request started by then is still answered.</summary>
    public async Task RunAsync(
        IAsyncStreamReader<ScoreRequest> requests, IServerStreamWriter<ScoreResponse> responses, CancellationTokenSource stop)
    {
        var answering = AnswerAsync(responses, stop);
        try
        {
            while (await requests.MoveNext(stop.Token))
            {
                await _room.WaitAsync(stop.Token);
                _started.Writer.TryWrite(scorer.ScoreAsync(requests.Current, headers, deadline, cancellation).AsTask());
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The caller or the server ends the stream; what was started is answered below.
        }
        finally
        {
            _started.Writer.Complete();
            await answering;
        }
    }

    public void Dispose() => _room.Dispose();

    private async Task AnswerAsync(IServerStreamWriter<ScoreResponse> responses, CancellationTokenSource stop)
    {
        var gone = false;
        try
        {
            await foreach (var started in _started.Reader.ReadAllAsync(CancellationToken.None))
            {
                var answer = await started;
                Timings += answer.Timings;
                gone = gone || !await TryWriteAsync(responses, answer.ToMessage());
                if (gone) await stop.CancelAsync();
                _room.Release();
            }
        }
        finally
        {
            // Whatever ended the answering, the reading must not wait for room that nobody makes.
            await stop.CancelAsync();
        }
    }

    // A write fails only when the caller has gone: the requests still running must end all the same.
    private async Task<bool> TryWriteAsync(IServerStreamWriter<ScoreResponse> responses, ScoreResponse response)
    {
        try
        {
            await responses.WriteAsync(response, cancellation);
            return true;
        }
        catch (Exception e) when (e is OperationCanceledException or InvalidOperationException or IOException)
        {
            return false;
        }
    }
}
