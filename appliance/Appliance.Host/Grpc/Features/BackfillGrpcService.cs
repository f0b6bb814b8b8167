using System.Diagnostics;
using Appliance.Features;
using Appliance.Features.Backfill;
using Contracts.Features;
using FeatureModel.Events;
using Grpc.Core;

namespace Appliance.Host.Grpc.Features;

/// <summary><c>appliance.features.v1.Backfill</c>: history into stream views. Thread-safe; a backfill belongs to its call.</summary>
internal sealed class BackfillGrpcService(FeaturePlatform platform, IHostApplicationLifetime lifetime) : Contracts.Features.Backfill.BackfillBase
{
    public override async Task Run(IAsyncStreamReader<BackfillMessage> requestStream, IServerStreamWriter<BackfillProgress> responseStream, ServerCallContext context)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        try
        {
            if (!await requestStream.MoveNext(stop.Token)) return;
            using var backfill = await BeginAsync(requestStream.Current, stop.Token);
            await responseStream.WriteAsync(Progress(backfill, []), stop.Token);
            using var records = new EventRecordBuffer();
            while (await requestStream.MoveNext(stop.Token))
            {
                var step = await StepAsync(backfill, requestStream.Current, records, responseStream, stop.Token);
                var progress = Progress(backfill, step.Refusals);
                progress.AtEnd = step.IsAtEnd;
                await responseStream.WriteAsync(progress, stop.Token);
            }
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            throw Failure(BackfillOutcome.Unavailable, "the appliance is stopping; run the backfill again once it is back");
        }
    }

    private async Task<ViewBackfill> BeginAsync(BackfillMessage message, CancellationToken cancellation)
    {
        if (message.MessageCase != BackfillMessage.MessageOneofCase.Begin) throw Invalid("the first message has no begin; it must say which view gets history");
        var begin = message.Begin;
        var started = await platform.Backfills.BeginAsync(new BackfillRequest(begin.View, begin.HasUntil ? begin.Until : null, begin.DryRun), cancellation);
        return started.Backfill ?? throw Failure(started.Outcome, started.Reason);
    }

    private static async Task<BackfillStep> StepAsync(
        ViewBackfill backfill, BackfillMessage message, EventRecordBuffer records, IServerStreamWriter<BackfillProgress> responses, CancellationToken cancellation)
    {
        switch (message.MessageCase)
        {
            case BackfillMessage.MessageOneofCase.Records:
                Read(message.Records.Span, records);
                return Checked(await backfill.TakeAsync(records.Bytes.ToArray(), cancellation));
            case BackfillMessage.MessageOneofCase.Journal:
                while (Checked(await backfill.TakeJournalAsync(cancellation)) is var step)
                {
                    if (step.IsAtEnd) return step;
                    await responses.WriteAsync(Progress(backfill, step.Refusals), cancellation);
                }
                throw new UnreachableException("a replay of the journal has an end");
            default:
                throw Invalid("the message has no records; each message behind the first must have some, or ask for the journal");
        }
    }

    // Written anew, so that no event is compared under an id that is not its own.
    private static void Read(ReadOnlySpan<byte> bytes, EventRecordBuffer records)
    {
        records.Clear();
        while (!bytes.IsEmpty)
        {
            if (!EventRecord.TryParse(bytes, out var record)) throw Invalid($"records[{records.Count}] is no event record of version {EventRecord.Version}");
            if (record.IsHistory) throw Invalid($"records[{records.Count}] is a record of history already; events must come as the stream has them");
            records.Add(EventParts.Of(record));
            bytes = bytes[record.Bytes.Length..];
        }
    }

    private static BackfillStep Checked(BackfillStep step) => step.Outcome == BackfillOutcome.Ok ? step : throw Failure(step.Outcome, step.Reason);

    private static BackfillProgress Progress(ViewBackfill backfill, IReadOnlyList<BackfillRefusal> refusals)
    {
        var counts = backfill.Counts;
        var progress = new BackfillProgress
        {
            Start = backfill.Start,
            Read = counts.Read,
            Appended = counts.Appended,
            AlreadyThere = counts.AlreadyThere,
            PassedOver = counts.PassedOver,
            Refused = counts.Refused,
        };
        foreach (var refusal in refusals) progress.Refusals.Add(new BackfillProgress.Types.Refusal { Index = refusal.Index, Rule = refusal.Rule });
        return progress;
    }

    private static RpcException Invalid(string message) => new(new Status(StatusCode.InvalidArgument, message));

    private static RpcException Failure(BackfillOutcome outcome, string message) => new(new Status(StatusOf(outcome), message));

    private static StatusCode StatusOf(BackfillOutcome outcome) => outcome switch
    {
        BackfillOutcome.Ok => StatusCode.OK,
        BackfillOutcome.NotFound => StatusCode.NotFound,
        BackfillOutcome.NotPossible => StatusCode.FailedPrecondition,
        BackfillOutcome.Busy => StatusCode.AlreadyExists,
        BackfillOutcome.TooMany => StatusCode.ResourceExhausted,
        BackfillOutcome.Unavailable => StatusCode.Unavailable,
        _ => throw new UnreachableException($"outcome {outcome}"),
    };
}
