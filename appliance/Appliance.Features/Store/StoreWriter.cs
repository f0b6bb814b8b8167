// Hot path: every event passes here.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FASTER.core;

namespace Appliance.Features.Store;

/// <summary>
/// Writes to the store: one thread at a time. A record that memory holds and no checkpoint has, and that has room, is changed in place under its
/// sequence number; any other write appends. That in-place changes need no lock rests on three facts: nobody else writes; a page is flushed only
/// after every thread left the epoch in which it was still changeable, and this thread is in it; and a checkpoint begins between two calls.
/// </summary>
public sealed unsafe class StoreWriter : IDisposable
{
    /// <summary>Rows that an updater makes get this share of room to grow: a window's row grows by a pane at a time.</summary>
    private const int GrowthShare = 8;

    private readonly StoreEngine _engine;
    private readonly StoreSession _session;
    private readonly CheckpointStore _checkpoints;
    private byte* _scratch;
    private int _scratchBytes;
    private long _rows;
    private long _liveBytes;

    internal StoreWriter(StoreEngine engine, CheckpointStore checkpoints, long rows, long liveBytes)
    {
        _engine = engine;
        _checkpoints = checkpoints;
        _rows = rows;
        _liveBytes = liveBytes;
        _session = new StoreSession(engine.Faster, engine.Log, engine.Hints, new PageSweep(engine.Geometry.PageBits, engine.Faster.Log.TailAddress, engine.Geometry.BufferPages));
    }

    internal long Rows => Volatile.Read(ref _rows);

    /// <summary>Bytes that the newest record of each key takes in the log.</summary>
    internal long LiveBytes => Volatile.Read(ref _liveBytes);

    /// <summary>Puts a row in the store unless a newer one is there: the newest event time wins, then the greater created time, then the later call.</summary>
    /// <param name="firstLayout">A row of a layout before this one gives way whatever its times.</param>
    public StoreStatus Upsert(ReadOnlySpan<byte> key, uint layout, long eventTime, long createdTime, ReadOnlySpan<byte> row, uint firstLayout = 0)
    {
        CheckKey(key);
        CheckRow(key.Length, row.Length);
        var updater = new Replace { Layout = layout, EventTime = eventTime, CreatedTime = createdTime, Row = row, FirstLayout = firstLayout };
        var status = Write(key, ref updater, growthShare: 0);
        return status == StoreStatus.Unchanged ? StoreStatus.Superseded : status;
    }

    /// <summary>Lets the updater make the key's next row from its current one.</summary>
    public StoreStatus Update<TUpdater>(ReadOnlySpan<byte> key, ref TUpdater updater)
        where TUpdater : struct, IRowUpdater, allows ref struct
    {
        CheckKey(key);
        return Write(key, ref updater, GrowthShare);
    }

    /// <summary>Removes the key's row.</summary>
    public StoreStatus Delete(ReadOnlySpan<byte> key)
    {
        CheckKey(key);
        var refusal = MakeRoom(RecordBytes(key.Length, 0));
        if (refusal != StoreStatus.Applied) return refusal;
        fixed (byte* bytes = key)
        {
            var name = SpanByte.FromPointer(bytes, key.Length);
            _session.Enter();
            try
            {
                var located = default(Located);
                if (!_session.TryLocate(ref name, ref located)) return StoreStatus.Unchanged;
                _session.Remove(ref name);
                Count(-1, -RecordBytes(key.Length, located.Length));
                return StoreStatus.Applied;
            }
            finally
            {
                _session.Leave();
            }
        }
    }

    /// <summary>
    /// Begins a checkpoint of everything written so far and nothing later, with the position to store beside it. Returns as soon as later writes are
    /// apart; the checkpoint exists once its task has ended. False when it cannot begin now: another is under way, or the disk is failing.
    /// </summary>
    public bool TryBeginCheckpoint(ReadOnlySpan<byte> position, out StoreCheckpoint checkpoint) =>
        _checkpoints.TryBegin(_session, position, Rows, LiveBytes, out checkpoint);

    /// <summary>Copies a live record to the log's end, or removes an expired one: for compaction, whose record it is at that address.</summary>
    internal StoreStatus Move<TExpiry>(ReadOnlySpan<byte> key, long address, ref TExpiry expiry)
        where TExpiry : struct, IRowExpiry, allows ref struct
    {
        fixed (byte* bytes = key)
        {
            var name = SpanByte.FromPointer(bytes, key.Length);
            if (!TryCopyOut(ref name, out var located) || located.Address != address) return StoreStatus.Unchanged;
            var header = Unsafe.ReadUnaligned<RecordHeader>(_scratch);
            if (expiry.IsExpired(key, in header)) return Delete(key);
            var refusal = MakeRoom(RecordBytes(key.Length, located.Length));
            if (refusal != StoreStatus.Applied) return refusal;
            var value = SpanByte.FromPointer(_scratch, located.Length);
            _session.Enter();
            _session.Append(ref name, ref value);
            _session.Leave();
            return StoreStatus.Applied;
        }
    }

    /// <summary>Bytes of a record in the log, as FASTER lays it out: its own header, key and value with a length each, all on multiples of 8.</summary>
    internal static int RecordBytes(int keyBytes, int valueBytes) => 8 + ((4 + keyBytes + 7) & ~7) + ((4 + valueBytes + 7) & ~7);

    /// <summary>Frees the writer's memory; the table calls it.</summary>
    public void Dispose()
    {
        _checkpoints.Dispose();
        _session.Dispose();
        NativeMemory.Free(_scratch);
        _scratch = null;
        _scratchBytes = 0;
    }

    private StoreStatus Write<TUpdater>(ReadOnlySpan<byte> key, ref TUpdater updater, int growthShare)
        where TUpdater : struct, IRowUpdater, allows ref struct
    {
        if (_engine.Condition.Status != StoreStatus.Applied) return _engine.Condition.Status;
        fixed (byte* bytes = key)
        {
            var name = SpanByte.FromPointer(bytes, key.Length);
            _session.Enter();
            var inside = true;
            try
            {
                var located = default(Located);
                var exists = _session.TryLocate(ref name, ref located);
                var header = exists ? Unsafe.ReadUnaligned<RecordHeader>(located.Value) : default;
                var current = exists ? new ReadOnlySpan<byte>(located.Value + RecordHeader.Bytes, header.RowBytes) : default;
                var max = updater.MaxBytes(exists, in header, current);
                CheckRow(key.Length, max);
                Reserve(RecordHeader.Bytes + Room(max, growthShare));
                var length = updater.Update(exists, ref header, current, new Span<byte>(_scratch + RecordHeader.Bytes, max));
                if (length < 0) return StoreStatus.Unchanged;
                if (length > max) throw new ArgumentException($"the updater wrote {length} bytes; it stated at most {max}.");
                if (exists && length <= located.RowRoom && located.Address >= _engine.Faster.Log.ReadOnlyAddress)
                {
                    RecordSequence.Change(located.Value, header, new ReadOnlySpan<byte>(_scratch + RecordHeader.Bytes, length));
                    return StoreStatus.Applied;
                }
                _session.Leave();
                inside = false;
                var value = PrepareValue(header, length, growthShare);
                var refusal = MakeRoom(RecordBytes(key.Length, value.Length));
                if (refusal != StoreStatus.Applied) return refusal;
                _session.Enter();
                inside = true;
                _session.Append(ref name, ref value);
                Count(exists ? 0 : 1, RecordBytes(key.Length, value.Length) - (exists ? RecordBytes(key.Length, located.Length) : 0));
                return StoreStatus.Applied;
            }
            finally
            {
                if (inside) _session.Leave();
            }
        }
    }

    /// <summary>Copies the key's record to the scratch memory.</summary>
    private bool TryCopyOut(ref SpanByte name, out Located located)
    {
        located = default;
        _session.Enter();
        try
        {
            if (!_session.TryLocate(ref name, ref located)) return false;
            Reserve(located.Length);
            Buffer.MemoryCopy(located.Value, _scratch, located.Length, located.Length);
            return true;
        }
        finally
        {
            _session.Leave();
        }
    }

    /// <summary>The scratch memory as a value to append: header first, room for growth zeroed.</summary>
    private SpanByte PrepareValue(RecordHeader header, int length, int growthShare)
    {
        header.Sequence = 0;
        header.RowBytes = length;
        Unsafe.WriteUnaligned(_scratch, header);
        var room = Room(length, growthShare);
        new Span<byte>(_scratch + RecordHeader.Bytes + length, room - length).Clear();
        return SpanByte.FromPointer(_scratch, RecordHeader.Bytes + room);
    }

    /// <summary>The row's bytes on a multiple of 8, and room to grow where it would not pass what a page holds.</summary>
    private int Room(int rowBytes, int growthShare)
    {
        var room = growthShare == 0 ? rowBytes : rowBytes + (rowBytes / growthShare) + 8;
        return (Math.Min(room, Math.Max(rowBytes, _engine.Geometry.MaxRecordBytes / 2)) + 7) & ~7;
    }

    /// <summary>
    /// Returns once an append of that size needs no wait inside FASTER, where the wait could not be ended, and no page beyond the memory's budget: a new page
    /// takes the place of one that must have been flushed, as only such leave the memory. When the disk is failing meanwhile, that is the answer.
    /// </summary>
    private StoreStatus MakeRoom(int recordBytes)
    {
        var geometry = _engine.Geometry;
        var tail = _engine.Faster.Log.TailAddress;
        var offset = tail & (geometry.PageBytes - 1);
        if (offset > 0 && offset + recordBytes <= geometry.PageBytes) return _engine.Condition.Status;
        var page = (tail >> geometry.PageBits) + (offset > 0 ? 1 : 0);
        if (UnflushedPages(page) >= geometry.HurryPages) _engine.Hurry();
        var spinner = new SpinWait();
        while (UnflushedPages(page) >= geometry.LogPages)
        {
            if (_engine.Condition.Status != StoreStatus.Applied) return _engine.Condition.Status;
            _engine.Hurry();
            _session.Refresh();
            spinner.SpinOnce();
        }
        return _engine.Condition.Status;
    }

    private long UnflushedPages(long page) => page - (_engine.Log.CompletedUntil >> _engine.Geometry.PageBits);

    private void Reserve(int bytes)
    {
        if (_scratchBytes >= bytes) return;
        _scratchBytes = Math.Max(bytes, Math.Max(4096, _scratchBytes * 2));
        _scratch = (byte*)NativeMemory.Realloc(_scratch, (nuint)_scratchBytes);
    }

    private void Count(int rows, long bytes)
    {
        Volatile.Write(ref _rows, _rows + rows);
        Volatile.Write(ref _liveBytes, _liveBytes + bytes);
    }

    private static void CheckKey(ReadOnlySpan<byte> key)
    {
        if (key.Length is 0 or > FasterTable.MaxKeyBytes) throw new ArgumentException($"key has {key.Length} bytes; it must have 1 to {FasterTable.MaxKeyBytes}.");
    }

    private void CheckRow(int keyBytes, int rowBytes)
    {
        var max = _engine.Geometry.MaxRecordBytes;
        if (rowBytes < 0 || RecordBytes(keyBytes, RecordHeader.Bytes + ((rowBytes + 7L) & ~7L)) > max)
        {
            throw new ArgumentException($"row has {rowBytes} bytes beside a key of {keyBytes}; a record with header must fit {max} bytes (PageBytes less 64).");
        }
    }

    private static long RecordBytes(int keyBytes, long valueBytes) => 8 + ((4 + keyBytes + 7) & ~7) + ((4 + valueBytes + 7) & ~7L);

    /// <summary>A given row in place of the current one, if its times allow.</summary>
    private ref struct Replace : IRowUpdater
    {
        public uint Layout;
        public uint FirstLayout;
        public long EventTime;
        public long CreatedTime;
        public ReadOnlySpan<byte> Row;

        public readonly int MaxBytes(bool exists, in RecordHeader current, ReadOnlySpan<byte> row) => Row.Length;

        public readonly int Update(bool exists, ref RecordHeader header, ReadOnlySpan<byte> row, Span<byte> next)
        {
            if (exists && header.Layout >= FirstLayout && !header.YieldsTo(EventTime, CreatedTime)) return -1;
            header.EventTime = EventTime;
            header.CreatedTime = CreatedTime;
            header.Layout = Layout;
            Row.CopyTo(next);
            return Row.Length;
        }
    }
}
