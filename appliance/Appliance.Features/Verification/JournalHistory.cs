using Appliance.Features.Journal;
using FeatureModel.Events;

namespace Appliance.Features.Verification;

/// <summary>The journal's durable records from the oldest on, up to where it ended when it was opened. Owned by one run.</summary>
internal sealed class JournalHistory : IDisposable
{
    private readonly FeatureJournal _journal;
    private readonly JournalReader _reader;

    public JournalHistory(FeatureJournal journal)
    {
        _journal = journal;
        _reader = journal.ReadFrom(0);
        Begin = _reader.Position;
        End = journal.DurablePosition;
    }

    /// <summary>Takes one record.</summary>
    public delegate void Taker(EventRecord record, long position);

    public long Begin { get; }

    public long End { get; }

    /// <summary>Whether older records have been removed.</summary>
    public bool IsCut { get; private set; }

    /// <summary>When the oldest record came in, microseconds since 1970; the end of time where there is none.</summary>
    public long OldestIngest { get; private set; } = long.MaxValue;

    /// <summary>Whether records are damaged or missing in between.</summary>
    public bool IsDamaged { get; private set; }

    /// <summary>Reads everything once more, in order.</summary>
    public void ReadAll(Taker take, Action<double> progress, CancellationToken stop)
    {
        _reader.Seek(Begin);
        while (_reader.Position < End)
        {
            stop.ThrowIfCancellationRequested();
            progress((double)(_reader.Position - Begin) / (End - Begin));
            switch (_reader.Read())
            {
                case JournalReadOutcome.Records:
                    TakeBatch(take);
                    break;
                case JournalReadOutcome.Damaged:
                    IsDamaged = true;
                    break;
                case JournalReadOutcome.BehindRetention:
                    // Files went while they were read.
                    IsCut = true;
                    _reader.Seek(_journal.OldestPosition);
                    OldestIngest = long.MaxValue;
                    break;
                case JournalReadOutcome.CaughtUp:
                    return;
                default:
                    throw new IOException($"the journal cannot be read at position {_reader.Position}");
            }
        }
    }

    public void Dispose() => _reader.Dispose();

    private void TakeBatch(Taker take)
    {
        var batch = _reader.Batch;
        if (_reader.NextOrdinal > batch.Count && OldestIngest == long.MaxValue) IsCut = true;
        foreach (var entry in batch)
        {
            if (!entry.TryGetRecord(out var record)) continue;
            if (OldestIngest == long.MaxValue) OldestIngest = record.IngestTime;
            take(record, entry.Position);
        }
    }
}
