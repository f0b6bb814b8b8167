// Hot path: TryRead and ReadMany run for every request.
using System.Runtime.CompilerServices;
using FASTER.core;

namespace Appliance.Features.Store;

/// <summary>
/// The online store: rows by key, in memory and on disk. Any number of threads read, without a lock and, in memory, without an allocation; one
/// thread at a time writes, through <see cref="Writer"/>. Disposed last, when nobody writes.
/// </summary>
public sealed unsafe class FasterTable : IDisposable
{
    /// <summary>The longest key, in bytes.</summary>
    public const int MaxKeyBytes = 65536;

    private readonly StoreEngine _engine;
    private readonly SessionPool _sessions;
    private readonly CheckpointStore _checkpoints;
    private bool _isClosed;

    internal FasterTable(StoreEngine engine, StoreWriter writer, CheckpointStore checkpoints, StoreMaintenance maintenance)
    {
        Maintenance = maintenance;
        _engine = engine;
        _checkpoints = checkpoints;
        _sessions = engine.Sessions;
        Writer = writer;
    }

    /// <summary>
    /// Opens the store in the options' folder from its newest sound checkpoint, or empty. Throws <see cref="ArgumentException"/> for options out of range,
    /// <see cref="IOException"/> when the folder cannot be used.
    /// </summary>
    public static RecoveredStore Open(StoreOptions options, TimeProvider time) => Open(options, new LocalDevice(), time);

    /// <summary>As <see cref="Open(StoreOptions, TimeProvider)"/>, on a device of the caller's.</summary>
    public static RecoveredStore Open(StoreOptions options, IStoreDevice device, TimeProvider time) => StoreRecovery.Open(options, device, time);

    /// <summary>The one way in; for one thread at a time.</summary>
    public StoreWriter Writer { get; }

    /// <summary>Compaction and expiry, for the writer's thread.</summary>
    public StoreMaintenance Maintenance { get; }

    /// <summary>Whether writes are taken, and why not.</summary>
    public StoreCondition Condition => _engine.Condition;

    /// <summary>Bytes of a row at most, beside a key of so many; below 0 where the key alone is too long for a page.</summary>
    public int MaxRowBytes(int keyBytes) => _engine.Geometry.MaxRecordBytes - StoreWriter.RecordBytes(keyBytes, RecordHeader.Bytes) - 8;

    /// <summary>Rows in the store, those past their age included until compaction meets them.</summary>
    public long Rows => Writer.Rows;

    /// <summary>Whether a checkpoint or the index that may follow it is being written: until it is not, no other begins.</summary>
    public bool IsCheckpointing => _checkpoints.IsBusy;

    /// <summary>From the begin to the end of the last checkpoint.</summary>
    public TimeSpan CheckpointDuration => _checkpoints.LastDuration;

    /// <summary>Since the last checkpoint, or the opening where there was none.</summary>
    public TimeSpan CheckpointAge => _checkpoints.Age;

    /// <summary>The position stored with the oldest checkpoint kept: the stream must not be cut behind it. Empty while no checkpoint was taken since the opening.</summary>
    public ReadOnlyMemory<byte> OldestPosition => _checkpoints.OldestPosition;

    /// <summary>Bytes of the log between its first and last record.</summary>
    public long LogBytes => _engine.Faster.Log.TailAddress - _engine.Faster.Log.BeginAddress;

    /// <summary>Bytes of the log that are in memory.</summary>
    public long LogMemoryBytes => _engine.Faster.Log.TailAddress - _engine.Faster.Log.HeadAddress;

    /// <summary>Bytes of the log that are on the disk; those in memory too may be among them.</summary>
    public long LogDiskBytes => Math.Max(0, _engine.Log.CompletedUntil - _engine.Faster.Log.BeginAddress);

    /// <summary>Where the newest records lie in memory.</summary>
    internal RecordHints Hints => _engine.Hints;

    /// <summary>Bytes of memory that index, places and log hold.</summary>
    public long MemoryBytes => Hints.MemoryBytes + _engine.Faster.Log.MemorySizeBytes + ((_engine.Faster.IndexSize + _engine.Faster.OverflowBucketCount) * 64);

    /// <summary>Reads of keys found in memory.</summary>
    public long MemoryHits => _sessions.Lookups().Memory;

    /// <summary>Reads of keys found on disk.</summary>
    public long DiskHits => _sessions.Lookups().Disk;

    /// <summary>Reads of keys that the store does not have.</summary>
    public long Misses => _sessions.Lookups().Misses;

    /// <summary>
    /// Runs the reader on the key's record; false where there is none. Throws <see cref="IOException"/> when the record is on a disk that fails.
    /// </summary>
    public bool TryRead<TReader>(ReadOnlySpan<byte> key, ref TReader reader)
        where TReader : struct, IRecordReader, allows ref struct
    {
        fixed (byte* bytes = key)
        {
            var name = SpanByte.FromPointer(bytes, key.Length);
            var located = default(Located);
            var session = _sessions.Rent();
            session.Enter();
            try
            {
                if (!session.TryLocate(ref name, ref located))
                {
                    session.Misses++;
                    return false;
                }
                RecordSequence.Read(in located, ref reader);
                return true;
            }
            finally
            {
                session.Leave();
                _sessions.Return(session);
            }
        }
    }

    /// <summary>
    /// Runs the reader on the record of each key that is found, and returns how many were. The keys stand one behind the other in
    /// <paramref name="keys"/>; <paramref name="ends"/> says where each ends. What is on disk is asked for together and waited for once.
    /// </summary>
    public int ReadMany<TReader>(ReadOnlySpan<byte> keys, ReadOnlySpan<int> ends, ref TReader reader)
        where TReader : struct, IManyRecordReader, allows ref struct
    {
        fixed (byte* bytes = keys)
        {
            var session = _sessions.Rent();
            session.Enter();
            try
            {
                session.ClearMarks(ends.Length);
                var found = 0;
                var pending = false;
                var faults = _engine.Log.ReadFaults;
                var begin = _engine.Faster.Log.BeginAddress;
                for (int i = 0, start = 0; i < ends.Length; start = ends[i++])
                {
                    if (i % StoreSession.Foresight == 0) session.Foresee(bytes, start, ends[i..Math.Min(i + StoreSession.Foresight, ends.Length)]);
                    var located = default(Located);
                    if (!session.TryLocateForeseen(i, bytes + start, ends[i] - start, ref located, ref pending)) continue;
                    RecordSequence.ReadAt(i, in located, ref reader);
                    session.Mark(i);
                    found++;
                }
                session.MemoryHits += found;
                if (pending) found += ReadPending(session, faults, ends.Length, ref reader);
                if (begin != _engine.Faster.Log.BeginAddress) found += ReadMoved(session, bytes, ends, ref reader);
                session.Misses += ends.Length - found;
                return found;
            }
            finally
            {
                session.Leave();
                _sessions.Return(session);
            }
        }
    }

    private static int ReadPending<TReader>(StoreSession session, long faults, int keys, ref TReader reader)
        where TReader : struct, IManyRecordReader, allows ref struct
    {
        session.CompletePending(faults);
        var found = 0;
        for (var i = 0; i < keys; i++)
        {
            if (session.IsMarked(i) || !session.TryGetCompleted(i, out var located)) continue;
            RecordSequence.ReadAt(i, in located, ref reader);
            session.Mark(i);
            session.DiskHits++;
            found++;
        }
        return found;
    }

    /// <summary>Compaction moved records meanwhile: what was not found is looked for again, one by one.</summary>
    private static int ReadMoved<TReader>(StoreSession session, byte* bytes, ReadOnlySpan<int> ends, ref TReader reader)
        where TReader : struct, IManyRecordReader, allows ref struct
    {
        var found = 0;
        for (int i = 0, start = 0; i < ends.Length; start = ends[i++])
        {
            if (session.IsMarked(i)) continue;
            var name = SpanByte.FromPointer(bytes + start, ends[i] - start);
            var located = default(Located);
            if (!session.TryLocate(ref name, ref located)) continue;
            RecordSequence.ReadAt(i, in located, ref reader);
            found++;
        }
        return found;
    }

    /// <summary>From here on what is written goes to the disk as fast as it takes it, at the cost of others: for the last checkpoint before a stop.</summary>
    public void EndRests() => _engine.EndRests();

    /// <summary>Closes the store. Reads under way end as they would have; later ones throw <see cref="ObjectDisposedException"/>. What was not checkpointed is lost, as by a kill; the stream replays it.</summary>
    public void Dispose()
    {
        if (_isClosed) return;
        _isClosed = true;
        Maintenance.Dispose();
        Writer.Dispose();
        _engine.Dispose();
    }
}
