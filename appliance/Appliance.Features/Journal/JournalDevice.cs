using System.Diagnostics;
using FASTER.core;

namespace Appliance.Features.Journal;

/// <summary>
/// What FASTER's log writes its pages to. One thread takes all writes that wait, writes them, flushes their files, and only then tells the
/// log: what the log calls flushed is on the disk. A failed round is tried again as a whole, from the log's own memory, until it succeeds
/// (after a failed flush the system may have dropped what it held), so the log itself never sees a failure.
/// </summary>
internal sealed class JournalDevice : StorageDeviceBase
{
    // The log rewrites the last, part-filled sector of a commit with the next one.
    private const uint Sector = 512;

    private readonly IJournalDisk _disk;
    private readonly TimeSpan _retryDelay;
    private readonly Thread _thread;
    private readonly ITimer _retryTimer;

    // Guards _waiting, _retry and _stopped.
    private readonly object _gate = new();
    private List<PendingWrite> _waiting = [];
    private bool _retry;
    private bool _stopped;

    // Owned by the thread.
    private List<PendingWrite> _round = [];
    private readonly HashSet<int> _written = [];

    public JournalDevice(IJournalDisk disk, TimeProvider time, TimeSpan retryDelay) : base("journal", Sector, Devices.CAPACITY_UNSPECIFIED)
    {
        _disk = disk;
        _retryDelay = retryDelay;
        _retryTimer = time.CreateTimer(_ => RetryNow(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _thread = new Thread(Run) { Name = "journal disk", IsBackground = true };
    }

    /// <summary>Called on the device's thread after a round is on the disk and the log knows. Set before <see cref="Start"/>.</summary>
    public required Action Flushed { get; init; }

    /// <summary>Called on the device's thread when a round fails, and with null when one succeeds after that. Set before <see cref="Start"/>.</summary>
    public required Action<JournalFault?> FaultChanged { get; init; }

    public void Start() => _thread.Start();

    /// <summary>Tries a failed round again without waiting for its time.</summary>
    public void RetryNow()
    {
        lock (_gate)
        {
            _retry = true;
            Monitor.PulseAll(_gate);
        }
    }

    public override void WriteAsync(
        IntPtr sourceAddress, int segmentId, ulong destinationAddress, uint numBytesToWrite, DeviceIOCompletionCallback callback, object context)
    {
        lock (_gate)
        {
            _waiting.Add(new PendingWrite(sourceAddress, segmentId, (long)destinationAddress, (int)numBytesToWrite, callback, context));
            Monitor.PulseAll(_gate);
        }
    }

    // The journal reads its files itself, and opening begins on a new page.
    public override void ReadAsync(
        int segmentId, ulong sourceAddress, IntPtr destinationAddress, uint readLength, DeviceIOCompletionCallback callback, object context) =>
        throw new UnreachableException($"the log reads {readLength} bytes of segment {segmentId}");

    // The journal removes segments itself, by its retention; the log is never asked to.
    public override void RemoveSegmentAsync(int segment, AsyncCallback callback, IAsyncResult result) => callback(result);

    /// <summary>Ends the thread after the round that it is in. Writes that still wait are given up: they never were durable.</summary>
    public override void Dispose()
    {
        lock (_gate)
        {
            if (_stopped) return;
            _stopped = true;
            Monitor.PulseAll(_gate);
        }
        if (_thread.IsAlive) _thread.Join();
        _retryTimer.Dispose();
    }

    private void Run()
    {
        while (TryTakeRound())
        {
            if (!TryWriteRound()) return;
            foreach (var write in _round) write.Callback(0, (uint)write.Bytes, write.Context);
            _round.Clear();
            Flushed();
        }
    }

    private bool TryTakeRound()
    {
        lock (_gate)
        {
            while (_waiting.Count == 0 && !_stopped) Monitor.Wait(_gate);
            (_round, _waiting) = (_waiting, _round);
            return !_stopped;
        }
    }

    // False: stopped while the disk did not take the round.
    private bool TryWriteRound()
    {
        var failed = false;
        while (true)
        {
            try
            {
                WriteRound();
                if (failed) FaultChanged(null);
                return true;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                failed = true;
                // Before anyone hears of the fault: whoever then asks for another try, or lets time pass, is heard.
                PlanRetry();
                FaultChanged(JournalFault.Of(error));
            }
            if (!WaitForRetry()) return false;
        }
    }

    private unsafe void WriteRound()
    {
        _written.Clear();
        foreach (var write in _round)
        {
            _disk.Write(write.Segment, write.Offset, new ReadOnlySpan<byte>((void*)write.Source, write.Bytes));
            _written.Add(write.Segment);
        }
        foreach (var segment in _written) _disk.Flush(segment);
    }

    private void PlanRetry()
    {
        lock (_gate) _retry = false;
        _retryTimer.Change(_retryDelay, Timeout.InfiniteTimeSpan);
    }

    private bool WaitForRetry()
    {
        lock (_gate)
        {
            while (!_retry && !_stopped) Monitor.Wait(_gate);
            return !_stopped;
        }
    }

    private readonly record struct PendingWrite(
        IntPtr Source, int Segment, long Offset, int Bytes, DeviceIOCompletionCallback Callback, object Context);
}
