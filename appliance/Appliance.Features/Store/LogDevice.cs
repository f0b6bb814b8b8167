using System.Collections.Concurrent;
using FASTER.core;
using Microsoft.Win32.SafeHandles;

namespace Appliance.Features.Store;

/// <summary>
/// FASTER's view of a file in segments: the log, or the index beside a checkpoint. Writes go through the queue. Reads that the page cache answers are
/// done at once on the caller's thread, others on the thread pool. Removal that FASTER asks for is not done here: the checkpoints know
/// what is still needed (see <see cref="CheckpointStore"/>).
/// </summary>
internal sealed unsafe class LogDevice(string path, IStoreDevice device, WriteQueue queue) : StorageDeviceBase(path, SectorBytes, Devices.CAPACITY_UNSPECIFIED)
{
    /// <summary>Unit of FASTER's reads and writes. 512: the sector that all disks write whole.</summary>
    public const uint SectorBytes = 512;

    /// <summary>Where FASTER's log begins; one that ends there is empty.</summary>
    public const long FirstAddress = 64;

    /// <summary>Reads longer than this are pages, of a scan or a recovery, and not worth a try at the page cache first.</summary>
    private const int LongRead = 1 << 16;

    /// <summary>What one call reads or writes at most: a span holds less than 2 GiB.</summary>
    public const int LongestPart = 1 << 30;

    private const int OneSegment = 62;

    private readonly ConcurrentDictionary<int, SafeFileHandle> _files = new();
    private int _segmentBits = OneSegment;
    private long _completedUntil;
    private long _readFaults;
    private string _lastReadFault = "";
    private volatile IOException? _lost;

    /// <summary>The end of the furthest write that is done: the queue keeps their order.</summary>
    public long CompletedUntil => Volatile.Read(ref _completedUntil);

    public long ReadFaults => Volatile.Read(ref _readFaults);
    public string LastReadFault => Volatile.Read(ref _lastReadFault);

    public string PathOf(int segment) => $"{FileName}.{segment}";

    public override void Initialize(long segmentSize, LightEpoch epoch = null!, bool omitSegmentIdFromFilename = false)
    {
        base.Initialize(segmentSize, epoch, omitSegmentIdFromFilename);
        _segmentBits = segmentSize == -1 ? OneSegment : System.Numerics.BitOperations.Log2((ulong)segmentSize);
    }

    public override void WriteAsync(IntPtr sourceAddress, int segmentId, ulong destinationAddress, uint numBytesToWrite, DeviceIOCompletionCallback callback, object context)
    {
        var write = new QueuedWrite(this, sourceAddress, segmentId, (long)destinationAddress, numBytesToWrite, callback, context);
        if (!queue.TryEnqueue(in write)) write.Abandon();
    }

    public override void ReadAsync(int segmentId, ulong sourceAddress, IntPtr destinationAddress, uint readLength, DeviceIOCompletionCallback callback, object context)
    {
        if (readLength <= LongRead && _files.TryGetValue(segmentId, out var file) && device.TryReadCached(file, new Span<byte>((void*)destinationAddress, (int)readLength), (long)sourceAddress))
        {
            callback(0, readLength, context);
            return;
        }
        ThreadPool.UnsafeQueueUserWorkItem(new PooledRead(this, segmentId, (long)sourceAddress, destinationAddress, readLength, callback, context), preferLocal: false);
    }

    public void WriteNow(int segment, ReadOnlySpan<byte> bytes, long offset)
    {
        try
        {
            device.Write(FileOf(segment), bytes, offset);
        }
        catch (IOException fault)
        {
            throw StoreFile.Named(fault, PathOf(segment));
        }
    }

    /// <summary>Returns once those bytes have left the system's cache. That they were lost on the way is what the next sync says.</summary>
    public void WriteOut(int segment, long offset, long bytes)
    {
        try
        {
            device.WriteOut(FileOf(segment), offset, bytes);
        }
        catch (IOException fault)
        {
            _lost = fault;
        }
    }

    public void Completed(int segment, long offset)
    {
        var until = ((long)segment << _segmentBits) + offset;
        if (until > _completedUntil) Volatile.Write(ref _completedUntil, until);
    }

    /// <summary>Reads a stretch of the log across segments; false where a file ends before it.</summary>
    public bool TryRead(long address, Span<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var offset = address & ((1L << _segmentBits) - 1);
            var part = (int)Math.Min(bytes.Length, (1L << _segmentBits) - offset);
            if (!TryReadPart((int)(address >> _segmentBits), bytes[..part], offset)) return false;
            address += part;
            bytes = bytes[part..];
        }
        return true;
    }

    private bool TryReadPart(int segment, Span<byte> bytes, long offset)
    {
        var path = PathOf(segment);
        if (!StoreFile.Exists(path)) return false;
        try
        {
            return device.Read(FileOf(segment), bytes, offset) == bytes.Length;
        }
        catch (IOException fault)
        {
            throw StoreFile.Named(fault, path);
        }
    }

    /// <summary>Returns once everything in these addresses is on the disk.</summary>
    public void Sync(long from, long until)
    {
        // The system tells of a write that it lost once, to whoever asks first.
        if (_lost is { } fault) throw new IOException(fault.Message, fault.HResult);
        for (var segment = (int)(from >> _segmentBits); segment <= (int)((until - 1) >> _segmentBits); segment++) device.Sync(FileOf(segment));
    }

    public override void RemoveSegmentAsync(int segment, AsyncCallback callback, IAsyncResult result) => callback(result);
    public override void TruncateUntilAddressAsync(long toAddress, AsyncCallback callback, IAsyncResult result) => callback(result);
    public override void TruncateUntilAddress(long toAddress) { }

    /// <summary>Closes a segment and deletes its file.</summary>
    public void Delete(int segment)
    {
        if (_files.TryRemove(segment, out var file)) file.Dispose();
        device.Delete(PathOf(segment));
    }

    public override void Dispose()
    {
        foreach (var file in _files.Values) file.Dispose();
        _files.Clear();
    }

    private SafeFileHandle FileOf(int segment)
    {
        if (_files.TryGetValue(segment, out var file)) return file;
        file = device.Open(PathOf(segment));
        if (_files.TryAdd(segment, file)) return file;
        file.Dispose();
        return _files[segment];
    }

    private sealed class PooledRead(LogDevice owner, int segment, long offset, IntPtr target, uint bytes, DeviceIOCompletionCallback callback, object context) : IThreadPoolWorkItem
    {
        public void Execute()
        {
            uint error = 0;
            for (long done = 0; done < bytes;)
            {
                var part = new Span<byte>((byte*)target + done, (int)Math.Min(bytes - done, LongestPart));
                if (!owner.TryReadFile(segment, part, offset + done)) error = 5;
                done += part.Length;
            }
            callback(error, bytes, context);
        }
    }

    /// <summary>
    /// Fills what the file does not hold with zeros, as all of it after a fault: FASTER parses the buffer of a failed record read all the same, and zeros
    /// are an empty record that ends the search. Who waits for the read compares the count of faults.
    /// </summary>
    private bool TryReadFile(int segment, Span<byte> bytes, long offset)
    {
        try
        {
            bytes[device.Read(FileOf(segment), bytes, offset)..].Clear();
            return true;
        }
        catch (IOException fault)
        {
            bytes.Clear();
            Volatile.Write(ref _lastReadFault, StoreFile.Named(fault, PathOf(segment)).Message);
            Interlocked.Increment(ref _readFaults);
            return false;
        }
    }
}
