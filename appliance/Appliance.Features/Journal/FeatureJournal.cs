using FASTER.core;
using Microsoft.Extensions.Logging;

namespace Appliance.Features.Journal;

/// <summary>
/// The embedded event log: records are appended by any thread, each event once within the horizon, and are durable when waiting for them
/// says so. Positions only grow and mean the same after a restart. What was durable is there, in order, once, after a crash at any moment.
/// Thread-safe; dispose it to have everything appended brought to the disk.
/// </summary>
public sealed partial class FeatureJournal : IDisposable
{
    private readonly JournalOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly IJournalDisk _disk;
    private readonly JournalDevice _device;
    private readonly FasterLog _log;
    private readonly ReaderRegistry _readers;
    private readonly DurableMark _durable;
    private readonly Thread _committer;

    // Guards appending: _dedup, _frame, _ordinal, _lastIngestTime, _closed, and _segments with _oldest.
    private readonly Lock _gate = new();
    private readonly DedupIndex _dedup;
    private readonly byte[] _frame;
    private readonly List<SegmentState> _segments;
    private long _ordinal;
    private long _lastIngestTime;
    private long _oldest;
    private bool _closed;

    private FeatureJournal(JournalOptions options, TimeProvider time, ILogger logger, IJournalDisk disk)
    {
        (_options, _time, _logger, _disk) = (options, time, logger, disk);
        Layout = new JournalLayout(options.PageBytes, options.SegmentBytes);
        _readers = new ReaderRegistry(disk);
        _dedup = new DedupIndex(options.DedupEvents);
        var found = new JournalRecovery(disk, Layout, options, _dedup).Run(_readers.KnownDurable, Microseconds(time.GetUtcNow()));
        _segments = found.Segments;
        (_ordinal, _lastIngestTime) = (found.NextOrdinal, found.LastIngestTime);
        _durableOrdinal = _ordinal;
        _newestIngestTime = _segments.Count == 0 ? 0 : _lastIngestTime;
        // A new page: FASTER does not take a part-filled one back into memory, and so nothing that was acknowledged is ever written again.
        var tail = found.Tail == JournalFrame.FirstPosition ? found.Tail : Layout.PageFrom(found.Tail);
        _oldest = _segments.Count == 0 ? tail : Layout.StartOf(_segments[0].Number);
        _durable = new DurableMark(tail);
        _frame = new byte[options.PageBytes];
        _device = new JournalDevice(disk, time, options.DiskRetryDelay) { Flushed = OnFlushed, FaultChanged = OnFaultChanged };
        _log = OpenLog(tail);
        _device.Start();
        Report(found);
        _committer = new Thread(CommitLoop) { Name = "journal commit", IsBackground = true };
        _committer.Start();
        _retentionTimer = time.CreateTimer(_ => ApplyRetention(), null, options.RetentionInterval, options.RetentionInterval);
    }

    internal JournalLayout Layout { get; }

    /// <summary>Opens the journal of a folder, or begins one. The options are valid.</summary>
    /// <exception cref="IOException">Another process has the folder open, or it cannot be read or written.</exception>
    /// <exception cref="InvalidDataException">The registered readers cannot be read.</exception>
    public static FeatureJournal Open(JournalOptions options, TimeProvider time, ILogger<FeatureJournal> logger) =>
        Open(options, time, logger, new JournalDisk(options.Folder));

    /// <param name="disk">Owned from here on.</param>
    internal static FeatureJournal Open(JournalOptions options, TimeProvider time, ILogger logger, IJournalDisk disk)
    {
        try
        {
            return new FeatureJournal(options, time, logger, disk);
        }
        catch
        {
            disk.Dispose();
            throw;
        }
    }

    /// <summary>The oldest position that can be read.</summary>
    public long OldestPosition => Volatile.Read(ref _oldest);

    /// <summary>Every record before it is on the disk.</summary>
    public long DurablePosition => _durable.Position;

    /// <summary>Behind the newest record, durable or not.</summary>
    public long EndPosition => _log.TailAddress;

    /// <summary>What is wrong with the disk; null while it takes writes.</summary>
    public JournalFault? Fault => _durable.Fault;

    public void Dispose()
    {
        lock (_gate)
        {
            if (_closed) return;
            _closed = true;
        }
        _retentionTimer.Dispose();
        StopCommitting();
        _device.Dispose();
        if (_log.TailAddress > DurablePosition) JournalLog.ClosedWithRecordsWaiting(_logger, _log.TailAddress - DurablePosition);
        _log.Dispose();
        try
        {
            _readers.Save(DurablePosition);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Opening then finds out by itself how far the journal was durable, all but the last commit.
            JournalLog.DiskRefuses(_logger, error.Message);
        }
        _durable.Close();
        _disk.Dispose();
    }

    internal static long Microseconds(DateTimeOffset moment) => (moment.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    private FasterLog OpenLog(long tail)
    {
        var log = new FasterLog(new FasterLogSettings
        {
            LogDevice = _device,
            LogCommitManager = new NoCommitFiles(),
            PageSize = _options.PageBytes,
            MemorySize = _options.MemoryBytes,
            SegmentSize = _options.SegmentBytes,
            LogChecksum = LogChecksumType.None,
            MutableFraction = 0,
            TryRecoverLatest = false,
        });
        // What FASTER calls the beginning is of no account: it reads nothing, and the journal removes files itself.
        if (tail > JournalFrame.FirstPosition) log.Initialize(JournalFrame.FirstPosition, tail);
        return log;
    }

    private void Report(RecoveredJournal found)
    {
        foreach (var damage in found.Damage) CountDamage(damage);
        if (found.CutBytes > 0) JournalLog.TornTailCut(_logger, found.CutBytes, found.Tail);
        JournalLog.Opened(_logger, _oldest, found.Tail, _dedup.Count);
    }

    private void OnFaultChanged(JournalFault? fault)
    {
        if (fault is null) JournalLog.DiskTakesAgain(_logger);
        else if (fault != _durable.Fault) JournalLog.DiskRefuses(_logger, fault.Reason);
        _durable.SetFault(fault);
        WakeCommitter();
    }
}
