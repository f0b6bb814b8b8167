// Hot path: every record that is read passes here.
using System.Buffers;

namespace Appliance.Features.Journal;

/// <summary>
/// Reads the journal's durable records from a position on, in order, from its files (in the system's cache while they are fresh). It holds
/// nothing back: what it has not read may be removed unless a registered reader stands there. Owned by one thread at a time; dispose it.
/// </summary>
public sealed class JournalReader : IDisposable
{
    private readonly FeatureJournal _journal;
    private readonly byte[] _page;
    private int _batchBytes;
    private int _batchCount;
    private long _batchPosition;
    private long _ordinal = -1;

    // The position was given by the owner, and no read has begun there yet.
    private bool _isGiven = true;

    internal JournalReader(FeatureJournal journal, long position)
    {
        _journal = journal;
        _page = ArrayPool<byte>.Shared.Rent(journal.Layout.PageBytes);
        Position = position;
    }

    /// <summary>Where the next read begins.</summary>
    public long Position { get; private set; }

    /// <summary>Number of the next record since the journal was begun; -1 before the first read.</summary>
    internal long NextOrdinal => _ordinal;

    /// <summary>What the last read brought; valid until the next one.</summary>
    public JournalBatch Batch => new(_page.AsSpan(0, _batchBytes), _batchPosition, _batchCount);

    /// <summary>After <see cref="JournalReadOutcome.Damaged"/>.</summary>
    public JournalDamage? Damage { get; private set; }

    /// <summary>After <see cref="JournalReadOutcome.WithinRecord"/>: the record that the position lies within.</summary>
    public RecordRange? Record { get; private set; }

    /// <summary>The oldest position that can be read.</summary>
    public long OldestPosition => _journal.OldestPosition;

    /// <summary>Reads what is durable behind the position, up to a page of it; waits where nothing is.</summary>
    public async ValueTask<JournalReadOutcome> ReadAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var outcome = Read();
            if (outcome != JournalReadOutcome.CaughtUp) return outcome;
            if (await _journal.WaitPastAsync(Position, cancellation).ConfigureAwait(false) == JournalOutcome.Closed) return JournalReadOutcome.Closed;
        }
    }

    /// <summary>As <see cref="ReadAsync"/>, without waiting.</summary>
    public JournalReadOutcome Read()
    {
        (_batchBytes, _batchCount, Damage, Record) = (0, 0, null, null);
        while (true)
        {
            var durable = _journal.DurablePosition;
            if (Position < _journal.OldestPosition) return JournalReadOutcome.BehindRetention;
            if (Position > durable) return JournalReadOutcome.PastEnd;
            if (Position == durable) return JournalReadOutcome.CaughtUp;
            var length = (int)(Math.Min(_journal.Layout.NextPage(Position), durable) - Position);
            var window = _page.AsSpan(0, length);
            var read = _journal.ReadBytes(Position, window);
            if (read < 0 && Position < _journal.OldestPosition) return JournalReadOutcome.BehindRetention;
            window[Math.Max(0, read)..].Clear();
            if (TakeBatch(window, out var outcome)) return outcome;
        }
    }

    /// <summary>Goes to another position; the batch is gone.</summary>
    public void Seek(long position)
    {
        Position = position;
        (_batchBytes, _batchCount, _ordinal, _isGiven) = (0, 0, -1, true);
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_page);

    // False: the window held nothing but the empty end of a page.
    private bool TakeBatch(ReadOnlySpan<byte> window, out JournalReadOutcome outcome)
    {
        _batchPosition = Position;
        var walk = new FrameWalk(window, Position, _journal.Layout.PageBytes, _ordinal);
        while (true)
        {
            var step = walk.Next();
            if (step == FrameStep.Record)
            {
                _ordinal = walk.ExpectedOrdinal;
                _batchCount++;
                _batchBytes = (int)(walk.NextPosition - _batchPosition);
                Position = walk.NextPosition;
                _isGiven = false;
                continue;
            }
            outcome = JournalReadOutcome.Records;
            // Damage behind whole records is met again, and told, by the next read.
            if (step == FrameStep.Gap && _batchCount == 0)
            {
                if (_isGiven && (Record = RecordBoundary.Within(_journal, Position)) is not null)
                {
                    outcome = JournalReadOutcome.WithinRecord;
                    return true;
                }
                _isGiven = false;
                Damage = new JournalDamage(walk.Position, walk.NextPosition, walk.Reason);
                _journal.CountDamage(Damage);
                _ordinal = walk.ExpectedOrdinal;
                Position = walk.NextPosition;
                outcome = JournalReadOutcome.Damaged;
                return true;
            }
            if (step == FrameStep.End && _batchCount == 0) (Position, _isGiven) = (walk.NextPosition, false);
            return _batchCount > 0;
        }
    }
}
