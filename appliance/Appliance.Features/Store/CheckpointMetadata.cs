using FASTER.core;

namespace Appliance.Features.Store;

/// <summary>
/// Takes FASTER's own description of a checkpoint into memory, to be written with ours in one file, and gives it back at recovery. FASTER calls it on
/// whatever thread moves its state machine on, readers' too: so it does no I/O.
/// </summary>
internal sealed class CheckpointMetadata(string folder, IStoreDevice device, WriteQueue queue) : ICheckpointManager
{
    private readonly Lock _gate = new(); // guards all fields below
    private Guid _logToken;
    private byte[] _log = [];
    private Guid _indexToken;
    private byte[] _index = [];
    private LogDevice? _indexDevice;

    /// <summary>Where the index with that token lies; the device puts a segment number behind it.</summary>
    public static string IndexPath(string folder, Guid token) => Path.Combine(folder, $"index-{token:N}");

    /// <summary>The index file that FASTER asked for last; null where it asked for none.</summary>
    public LogDevice? IndexFile
    {
        get { lock (_gate) return _indexDevice; }
    }

    /// <summary>What recovery is to find.</summary>
    public void Offer(Guid logToken, byte[] log, Guid indexToken, byte[] index)
    {
        lock (_gate) (_logToken, _log, _indexToken, _index) = (logToken, log, indexToken, index);
    }

    /// <summary>FASTER's description of the log checkpoint with that token; false while it has not ended.</summary>
    public bool TryTakeLog(Guid token, out byte[] metadata)
    {
        lock (_gate)
        {
            metadata = _log;
            return _logToken == token;
        }
    }

    /// <summary>FASTER's description of the index with that token, and the file it was written to, which the caller then owns.</summary>
    public bool TryTakeIndex(Guid token, out byte[] metadata, out LogDevice file)
    {
        lock (_gate)
        {
            (metadata, file) = (_index, _indexDevice!);
            _indexDevice = null;
            return _indexToken == token && file is not null;
        }
    }

    public void InitializeIndexCheckpoint(Guid indexToken) { }
    public void InitializeLogCheckpoint(Guid logToken) { }
    public void CheckpointVersionShift(long oldVersion, long newVersion) { }
    public void OnRecovery(Guid indexToken, Guid logToken) { }
    public void Purge(Guid token) { }
    public void PurgeAll() { }
    public void Dispose() { }

    public void CommitIndexCheckpoint(Guid indexToken, byte[] commitMetadata)
    {
        lock (_gate) (_indexToken, _index) = (indexToken, commitMetadata);
    }

    public void CommitLogCheckpoint(Guid logToken, byte[] commitMetadata)
    {
        lock (_gate) (_logToken, _log) = (logToken, commitMetadata);
    }

    public byte[] GetIndexCheckpointMetadata(Guid indexToken)
    {
        lock (_gate) return indexToken == _indexToken ? _index : throw new FasterException($"no index checkpoint {indexToken}");
    }

    public byte[] GetLogCheckpointMetadata(Guid logToken, DeltaLog deltaLog, bool scanDelta = false, long recoverTo = -1)
    {
        lock (_gate) return logToken == _logToken ? _log : throw new FasterException($"no log checkpoint {logToken}");
    }

    public IEnumerable<Guid> GetIndexCheckpointTokens() => [];
    public IEnumerable<Guid> GetLogCheckpointTokens() => [];

    public IDevice GetIndexDevice(Guid indexToken)
    {
        // FASTER disposes of what it reads from and writes to; the one that was written to is needed once more, to be synced.
        var file = new LogDevice(IndexPath(folder, indexToken), device, queue);
        file.Initialize(-1);
        lock (_gate) _indexDevice = file;
        return file;
    }

    /// <summary>Asked for and never used: fold-over checkpoints have neither.</summary>
    public IDevice GetSnapshotLogDevice(Guid token) => new NullDevice();
    public IDevice GetSnapshotObjectLogDevice(Guid token) => new NullDevice();
    public IDevice GetDeltaLogDevice(Guid token) => new NullDevice();

    public void CommitLogIncrementalCheckpoint(Guid logToken, long version, byte[] commitMetadata, DeltaLog deltaLog) =>
        throw new System.Diagnostics.UnreachableException("checkpoints fold over");
}
