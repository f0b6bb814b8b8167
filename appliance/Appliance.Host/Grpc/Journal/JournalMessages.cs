using Appliance.Features.Journal;
using Contracts.Journal;
using Google.Protobuf;
using Grpc.Core;

namespace Appliance.Host.Grpc.Journal;

/// <summary>The journal's values as messages, and its outcomes as gRPC has them.</summary>
internal static class JournalMessages
{
    public static AppendStatus ToStatus(this JournalOutcome outcome) => outcome switch
    {
        JournalOutcome.Ok => AppendStatus.Appended,
        JournalOutcome.Overloaded => AppendStatus.Overloaded,
        JournalOutcome.DiskFull => AppendStatus.DiskFull,
        // A journal that closes writes what it has; the stream ends as unavailable behind this answer.
        JournalOutcome.DiskFailed or JournalOutcome.Closed => AppendStatus.DiskFailed,
        _ => AppendStatus.Refused,
    };

    /// <summary>Ends a call that names a reader.</summary>
    public static RpcException ToException(this JournalOutcome outcome, string name, long position) => outcome switch
    {
        JournalOutcome.UnknownReader => Failed(StatusCode.NotFound, $"name is '{name}'; no reader is registered under it"),
        JournalOutcome.InvalidName => Failed(StatusCode.InvalidArgument, $"name is '{name}'; it must be 1 to 64 letters, digits, dots, dashes and underscores"),
        JournalOutcome.InvalidPosition => Failed(StatusCode.InvalidArgument, $"position is {position}; it must not lie behind the reader's own or past the newest durable record"),
        _ => Failed(StatusCode.Unavailable, JournalRefusals.OfReader(outcome, name)),
    };

    /// <summary>Ends a call that would change a reader which the appliance keeps for itself.</summary>
    public static RpcException OwnReader(string name) =>
        Failed(StatusCode.InvalidArgument, $"name is '{name}', which is a reader of the appliance's own; it must be another: 'online-store' and names that begin with 'backfill.' are kept by the appliance itself");

    /// <summary>Why a position is none to read from, with the two next to it that are.</summary>
    public static string WithinRecord(long position, RecordRange record) =>
        $"position is {position}; it lies within the record at {record.Position}, behind which the next one is at {record.NextPosition}: read on from a response's next_position";

    public static RpcException Failed(StatusCode code, string message) => new(new Status(code, message));

    public static ReaderStatus ToMessage(this JournalReaderStatus reader) => new()
    {
        Name = reader.Name,
        Position = reader.Position,
        LagBytes = reader.LagBytes,
        AdvancedAt = (reader.AdvancedAt.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond,
        Silent = reader.Silent,
    };

    public static JournalStatus StatusOf(FeatureJournal journal) => new()
    {
        OldestPosition = journal.OldestPosition,
        DurablePosition = journal.DurablePosition,
        EndPosition = journal.EndPosition,
        Records = journal.Records,
        Duplicates = journal.Duplicates,
        Refused = journal.Refused,
        WaitingRecords = journal.WaitingRecords,
        WaitingBytes = journal.WaitingBytes,
        RetainedBytes = journal.RetainedBytes,
        Commits = journal.Commits,
        LastCommitSeconds = journal.LastCommitSeconds,
        Damages = journal.Damages,
        RememberedIds = journal.RememberedIds,
        DiskFault = journal.Fault?.Reason ?? "",
    };

    /// <summary>Up to so many records of a batch.</summary>
    public static ReadResponse ToMessage(JournalBatch batch, long most)
    {
        var response = new ReadResponse();
        foreach (var entry in batch)
        {
            if (response.Records.Count == most) break;
            response.Records.Add(new JournalRecord { Position = entry.Position, NextPosition = entry.NextPosition, Record = ByteString.CopyFrom(entry.Bytes) });
            response.NextPosition = entry.NextPosition;
        }
        return response;
    }
}
