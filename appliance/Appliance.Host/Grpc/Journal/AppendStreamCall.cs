// Hot path: once per request of a stream.
using System.Threading.Channels;
using Appliance.Features;
using Appliance.Features.Journal;
using Contracts.Journal;
using FeatureModel.Events;
using Grpc.Core;
using Microsoft.Extensions.ObjectPool;

namespace Appliance.Host.Grpc.Journal;

/// <summary>
/// One stream of events: requests are appended as they come, up to a window of them on their way to the disk, and acknowledged in their order.
/// Used by one call.
/// </summary>
internal sealed class AppendStreamCall(
    FeaturePlatform platform, ObjectPool<EventBatch> batches, int window, TimeProvider time, CancellationToken cancellation) : IDisposable
{
    private readonly SemaphoreSlim _room = new(window);

    // Bounded by the room: every request in it holds a place.
    private readonly Channel<Task<AppendResponse>> _started =
        Channel.CreateUnbounded<Task<AppendResponse>>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    /// <summary>Serves the stream to its end, or until <paramref name="stop"/>; what was appended by then is still acknowledged.</summary>
    public async Task RunAsync(
        IAsyncStreamReader<AppendRequest> requests, IServerStreamWriter<AppendResponse> responses, CancellationTokenSource stop)
    {
        var answering = AnswerAsync(responses, stop);
        try
        {
            while (await requests.MoveNext(stop.Token))
            {
                await _room.WaitAsync(stop.Token);
                _started.Writer.TryWrite(Append(requests.Current));
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The caller or the server ends the stream.
        }
        finally
        {
            _started.Writer.Complete();
            await answering;
        }
    }

    public void Dispose() => _room.Dispose();

    private Task<AppendResponse> Append(AppendRequest request)
    {
        var batch = batches.Get();
        try
        {
            var response = new AppendResponse { Sequence = request.Sequence };
            if (!TryRead(batch, request) || !batch.TryCheck(platform.Catalog.Current, platform.Journal.MaxRecordBytes))
            {
                (response.Status, response.Error) = (AppendStatus.Refused, batch.Refusal);
                return Task.FromResult(response);
            }
            var outcome = batch.Append(platform.Journal);
            (response.Appended, response.Duplicates, response.Position) = (batch.Appended, batch.Duplicates, batch.LastPosition);
            return batch.HasTaken ? EndAsync(response, outcome, batch.NewestPosition) : Task.FromResult(Ended(response, outcome));
        }
        finally
        {
            // The journal has its own copy.
            batches.Return(batch);
        }
    }

    private bool TryRead(EventBatch batch, AppendRequest request)
    {
        if (request.EventsCase == AppendRequest.EventsOneofCase.Records) return batch.TryReadRecords(request.Records.Span);
        var now = (time.GetUtcNow().UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
        return batch.TryReadJson(request.Json.Span, EventLimits.Default, now);
    }

    private async Task<AppendResponse> EndAsync(AppendResponse response, JournalOutcome refused, long newest)
    {
        var durable = await platform.Journal.WaitDurableAsync(newest, cancellation);
        return Ended(response, durable == JournalOutcome.Ok ? refused : durable);
    }

    private static AppendResponse Ended(AppendResponse response, JournalOutcome outcome)
    {
        response.Status = outcome.ToStatus();
        if (outcome == JournalOutcome.Ok) return response;
        response.Error = JournalRefusals.Sentence(outcome);
        // Not on the disk, as far as is known: only an acknowledgement counts.
        if (outcome != JournalOutcome.Overloaded) (response.Appended, response.Duplicates, response.Position) = (0, 0, 0);
        return response;
    }

    private async Task AnswerAsync(IServerStreamWriter<AppendResponse> responses, CancellationTokenSource stop)
    {
        try
        {
            await foreach (var started in _started.Reader.ReadAllAsync(CancellationToken.None))
            {
                await responses.WriteAsync(await started, cancellation);
                _room.Release();
            }
        }
        catch (Exception e) when (e is OperationCanceledException or InvalidOperationException or IOException)
        {
            // The caller has gone; what was appended stays.
        }
        finally
        {
            // Whatever ended the answering, the reading must not wait for room that nobody makes.
            await stop.CancelAsync();
        }
    }
}
