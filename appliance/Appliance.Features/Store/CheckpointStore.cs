using System.Diagnostics;
using FASTER.core;

namespace Appliance.Features.Store;

/// <summary>
/// Takes checkpoints and keeps the last two. The writer's thread begins one; a task behind it waits for the flush, syncs the log, writes the
/// checkpoint's file and renames it into place as the last act, removes what no kept checkpoint needs, and now and then writes the hash index for
/// those to come. One at a time.
/// </summary>
internal sealed class CheckpointStore : IDisposable
{
    private const int Kept = 2;
    private const string Unfinished = "checkpoint.next";

    private readonly StoreEngine _engine;
    private readonly long _indexEvery;
    private readonly TimeProvider _time;

    // Owned by the task behind a checkpoint while one is under way, else by the writer's thread.
    private readonly List<CheckpointFile> _kept;
    private List<LogRange> _ranges;
    private IndexFile _index;
    private long _indexTail;
    private Task _work = Task.CompletedTask;

    private readonly CancellationTokenSource _closing = new();
    private long _number;
    private long _durationTicks;
    private long _lastTimestamp;

    public CheckpointStore(StoreEngine engine, StoreOptions options, TimeProvider time, IReadOnlyList<CheckpointFile> kept)
    {
        _engine = engine;
        _indexEvery = options.IndexCheckpointBytes;
        _time = time;
        _kept = [.. kept];
        var newest = kept.Count > 0 ? kept[^1] : null;
        _ranges = [.. newest?.Ranges ?? []];
        _index = newest?.Index ?? IndexFile.None;
        _indexTail = _index.ReplayFrom;
        _number = newest?.Number ?? 0;
        _lastTimestamp = time.GetTimestamp();
    }

    /// <summary>From the begin to the file in place, of the last checkpoint.</summary>
    public TimeSpan LastDuration => TimeSpan.FromTicks(Volatile.Read(ref _durationTicks));

    /// <summary>Since the last checkpoint came into being, or the store was opened.</summary>
    public TimeSpan Age => _time.GetElapsedTime(Volatile.Read(ref _lastTimestamp));

    /// <summary>The end of the log that the last checkpoint holds: what lies before it is on the disk.</summary>
    public long DurableUntil => _work.IsCompleted && _kept.Count > 0 ? _kept[^1].Until : 0;

    /// <summary>The stream position of the oldest kept checkpoint: the stream must not be cut behind it. Empty while there is none.</summary>
    public byte[] OldestPosition { get; private set; } = [];

    public bool IsBusy => !_work.IsCompleted;

    public bool TryBegin(StoreSession session, ReadOnlySpan<byte> position, long rows, long liveBytes, out StoreCheckpoint checkpoint)
    {
        checkpoint = null!;
        if (IsBusy || _engine.Condition.Status != StoreStatus.Applied) return false;
        var faster = _engine.Faster;
        var begun = _time.GetTimestamp();
        var version = faster.SystemState.Version;
        if (!faster.TryInitiateHybridLogCheckpoint(out var token, CheckpointType.FoldOver)) return false;
        // The version has shifted once the flush is waited for; until then a write could land on either side.
        while (!HasShifted(faster.SystemState, version)) session.Refresh();
        var file = new CheckpointFile
        {
            Number = ++_number,
            PageBits = _engine.Geometry.PageBits,
            SegmentBits = _engine.Geometry.SegmentBits,
            Rows = rows,
            LiveBytes = liveBytes,
            Begin = faster.Log.BeginAddress,
            Until = faster.Log.TailAddress,
            LogToken = token,
            LogMetadata = [],
            Index = _index,
            Ranges = [],
            LastSector = [],
            Position = position.ToArray(),
        };
        var completion = Task.Run(() => CompleteAsync(file, begun));
        _work = completion.ContinueWith(_ => WriteIndexWhenDueAsync(completion.IsCompletedSuccessfully), TaskScheduler.Default).Unwrap();
        checkpoint = new StoreCheckpoint(file.Number, completion);
        return true;
    }

    /// <summary>Waits for what is under way; what waits for a failing disk is given up.</summary>
    public void Dispose()
    {
        _closing.Cancel();
        ((IAsyncResult)_work).AsyncWaitHandle.WaitOne();
        _closing.Dispose();
    }

    private static bool HasShifted(SystemState state, long versionBefore) =>
        state.Phase is Phase.WAIT_FLUSH or Phase.PERSISTENCE_CALLBACK || (state.Phase == Phase.REST && state.Version > versionBefore);

    private async Task CompleteAsync(CheckpointFile file, long begun)
    {
        await WaitForFasterAsync();
        if (!_engine.Metadata.TryTakeLog(file.LogToken, out var metadata)) throw new UnreachableException("FASTER ended a checkpoint without describing it");
        file = Sum(file with { LogMetadata = metadata });
        Put(file);
        _kept.Add(file);
        _ranges = [.. file.Ranges];
        Volatile.Write(ref _durationTicks, _time.GetElapsedTime(begun).Ticks);
        Volatile.Write(ref _lastTimestamp, _time.GetTimestamp());
        RemoveOutdated();
    }

    /// <summary>FASTER's own wait swallows a cancellation and then spins; so it is left waiting, for a flush that never comes, when the store closes.</summary>
    private Task WaitForFasterAsync() => _engine.Faster.CompleteCheckpointAsync().AsTask().WaitAsync(_closing.Token);

    /// <summary>Syncs the log up to the checkpoint's end and sums what came since the last one.</summary>
    private CheckpointFile Sum(CheckpointFile file)
    {
        if (file.Until <= LogDevice.FirstAddress) return file;
        var from = _ranges.Count > 0 ? _ranges[^1].Until : _kept.Count > 0 ? SectorOf(_kept[^1].Until) : 0;
        var until = SectorOf(file.Until);
        try
        {
            _engine.Log.Sync(from, file.Until);
        }
        catch (IOException fault)
        {
            // The system may have dropped what it could not write, and a later sync would not say so.
            _engine.Condemn(fault, "the log could not be synced");
            throw;
        }
        var ranges = _ranges.Where(range => range.Until > (file.Index.IsNone ? file.Begin : Math.Max(file.Begin, file.Index.ReplayFrom))).ToList();
        if (until > from)
        {
            if (!FileSums.TrySum(_engine.Log, from, until, out var crc)) throw new IOException($"the log ends before {until}, up to where it was written");
            ranges.Add(new LogRange(from, until, crc));
        }
        var last = new byte[file.Until - until];
        if (!_engine.Log.TryRead(until, last)) throw new IOException($"the log ends before {file.Until}, up to where it was written");
        return file with { Ranges = [.. ranges], LastSector = last };
    }

    private void Put(CheckpointFile file)
    {
        var next = Path.Combine(_engine.Folder, Unfinished);
        _engine.Device.Delete(next);
        using (var handle = _engine.Device.Open(next))
        {
            _engine.Device.Write(handle, file.Encode(), 0);
            _engine.Device.Sync(handle);
        }
        // The log's and index's own names must be there before the checkpoint's is.
        _engine.Device.SyncFolder(_engine.Folder);
        _engine.Device.Rename(next, CheckpointFile.PathOf(_engine.Folder, file.Number));
        _engine.Device.SyncFolder(_engine.Folder);
    }

    private void RemoveOutdated()
    {
        while (_kept.Count > Kept) _kept.RemoveAt(0);
        OldestPosition = _kept[0].Position;
        CheckpointFolder.Remove(_engine, _kept);
    }

    private async Task WriteIndexWhenDueAsync(bool completed)
    {
        var tail = _engine.Faster.Log.TailAddress;
        if (!completed || tail - _indexTail < _indexEvery || _closing.IsCancellationRequested) return;
        try
        {
            if (!_engine.Faster.TryInitiateIndexCheckpoint(out var token)) return;
            await WaitForFasterAsync();
            if (!_engine.Metadata.TryTakeIndex(token, out var metadata, out var file)) throw new UnreachableException("FASTER ended an index checkpoint without describing it");
            file.Sync(0, 1);
            var path = file.PathOf(0);
            file.Dispose();
            var (bytes, crc) = FileSums.Sum(_engine.Device, path);
            _index = new IndexFile(token, metadata, bytes, crc, tail);
            _indexTail = tail;
        }
        catch (Exception fault) when (fault is IOException or OperationCanceledException)
        {
            // The index only shortens recovery; without it the log is replayed from where the last one was.
            _indexTail = tail;
        }
    }

    private static long SectorOf(long address) => address & ~(LogDevice.SectorBytes - 1L);
}
