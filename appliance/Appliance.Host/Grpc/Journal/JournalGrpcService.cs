using Appliance.Features;
using Appliance.Features.Journal;
using Contracts.Journal;
using Grpc.Core;
using Microsoft.Extensions.ObjectPool;

namespace Appliance.Host.Grpc.Journal;

/// <summary><c>appliance.journal.v1.Journal</c>: events in, and the journal for readers in other processes. Thread-safe.</summary>
internal sealed class JournalGrpcService(
    FeaturePlatform platform, ObjectPool<EventBatch> batches, GrpcOptions options, IHostApplicationLifetime lifetime, TimeProvider time)
    : Contracts.Journal.Journal.JournalBase
{
    /// <summary>The trailer that says where the oldest record stands, when the one asked for has been removed.</summary>
    public const string OldestTrailer = "oldest-position";

    private readonly FeatureJournal _journal = platform.Journal;

    public override async Task Append(
        IAsyncStreamReader<AppendRequest> requestStream, IServerStreamWriter<AppendResponse> responseStream, ServerCallContext context)
    {
        if (platform.ReadsKafka) throw new RpcException(new Status(StatusCode.FailedPrecondition, Rest.Events.EventsEndpoint.ReadsKafka));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        using var call = new AppendStreamCall(platform, batches, options.StreamWindow, time, context.CancellationToken);
        await call.RunAsync(requestStream, responseStream, stop);
        RefuseWhenStopping();
    }

    public override async Task Read(ReadRequest request, IServerStreamWriter<ReadResponse> responseStream, ServerCallContext context)
    {
        if (request.Position < 0) throw JournalMessages.Failed(StatusCode.InvalidArgument, $"position is {request.Position}; it must be 0 or a position of this journal");
        if (request.Max < 0) throw JournalMessages.Failed(StatusCode.InvalidArgument, $"max is {request.Max}; it must be 0 for no bound, or more");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        using var reader = _journal.ReadFrom(request.Position);
        var left = request.Max == 0 ? long.MaxValue : request.Max;
        try
        {
            while (left > 0)
            {
                // A caller that does not read fills its window, and the write waits: nothing is read ahead.
                var outcome = request.Follow ? await reader.ReadAsync(stop.Token) : reader.Read();
                if (Answer(outcome, reader, left, context) is not { } response) break;
                left -= response.Records.Count;
                await responseStream.WriteAsync(response, stop.Token);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The caller or the server ends the stream.
        }
        RefuseWhenStopping();
    }

    public override Task<ReaderStatus> RegisterReader(RegisterReaderRequest request, ServerCallContext context)
    {
        RefuseOwn(request.Name);
        var outcome = _journal.RegisterReader(request.Name, out var position);
        if (outcome != JournalOutcome.Ok) throw outcome.ToException(request.Name, position);
        return Task.FromResult(Status(request.Name));
    }

    public override Task<ReaderStatus> AdvanceReader(AdvanceReaderRequest request, ServerCallContext context)
    {
        RefuseOwn(request.Name);
        var outcome = _journal.Advance(request.Name, request.Position);
        if (outcome == JournalOutcome.InvalidPosition && _journal.RecordWithin(request.Position) is { } record)
        {
            throw JournalMessages.Failed(StatusCode.InvalidArgument, JournalMessages.WithinRecord(request.Position, record));
        }
        if (outcome != JournalOutcome.Ok) throw outcome.ToException(request.Name, request.Position);
        return Task.FromResult(Status(request.Name));
    }

    public override Task<RemoveReaderResponse> RemoveReader(RemoveReaderRequest request, ServerCallContext context)
    {
        if (!platform.TryRemoveReader(request.Name, out var outcome)) throw JournalMessages.OwnReader(request.Name);
        if (outcome != JournalOutcome.Ok) throw outcome.ToException(request.Name, 0);
        return Task.FromResult(new RemoveReaderResponse());
    }

    public override Task<ListReadersResponse> ListReaders(ListReadersRequest request, ServerCallContext context)
    {
        var response = new ListReadersResponse();
        foreach (var reader in _journal.ListReaders()) response.Readers.Add(reader.ToMessage());
        return Task.FromResult(response);
    }

    public override Task<JournalStatus> GetStatus(GetStatusRequest request, ServerCallContext context) => Task.FromResult(JournalMessages.StatusOf(_journal));

    // Null where the stream ends.
    private static ReadResponse? Answer(JournalReadOutcome outcome, JournalReader reader, long left, ServerCallContext context)
    {
        switch (outcome)
        {
            case JournalReadOutcome.Records:
                return JournalMessages.ToMessage(reader.Batch, left);
            case JournalReadOutcome.Damaged:
                var damage = reader.Damage!;
                return new ReadResponse
                {
                    NextPosition = damage.NextPosition,
                    Damage = new Damage { Position = damage.Position, NextPosition = damage.NextPosition, Reason = damage.Reason },
                };
            case JournalReadOutcome.BehindRetention:
                context.ResponseTrailers.Add(OldestTrailer, reader.OldestPosition.ToString(System.Globalization.CultureInfo.InvariantCulture));
                throw JournalMessages.Failed(StatusCode.OutOfRange, $"position is {reader.Position}; its records were removed, the oldest is at {reader.OldestPosition}");
            case JournalReadOutcome.PastEnd:
                throw JournalMessages.Failed(StatusCode.OutOfRange, $"position is {reader.Position}; it lies past the end of this journal");
            case JournalReadOutcome.WithinRecord:
                throw JournalMessages.Failed(StatusCode.InvalidArgument, JournalMessages.WithinRecord(reader.Position, reader.Record!.Value));
            case JournalReadOutcome.Closed:
                throw JournalMessages.Failed(StatusCode.Unavailable, "the server is stopping");
            default:
                return null;
        }
    }

    private ReaderStatus Status(string name) =>
        _journal.ListReaders().FirstOrDefault(r => r.Name == name)?.ToMessage() ?? throw JournalOutcome.UnknownReader.ToException(name, 0);

    private static void RefuseOwn(string name)
    {
        if (FeaturePlatform.IsOwnReader(name)) throw JournalMessages.OwnReader(name);
    }

    private void RefuseWhenStopping()
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested) throw JournalMessages.Failed(StatusCode.Unavailable, "the server is stopping");
    }
}
