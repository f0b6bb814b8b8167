using FASTER.core;

namespace FeatureBench.Store;

/// <summary>The yardstick: FASTER as its own samples use it, fixed keys and rows, no locks, the leanest reader.</summary>
internal sealed class BareFaster : IDisposable
{
    private readonly FasterKV<long, Row> _faster;
    private readonly IDevice _device;

    public BareFaster(string folder, long keys)
    {
        _device = Devices.CreateLogDevice(Path.Combine(folder, "bare.log"), deleteOnClose: true);
        _faster = new FasterKV<long, Row>(1L << 20, new LogSettings { LogDevice = _device, PageSizeBits = 22, MemorySizeBits = 29, SegmentSizeBits = 26 },
            comparer: new Comparer(), concurrencyControlMode: ConcurrencyControlMode.None);
        using var session = NewSession();
        for (long key = 0; key < keys; key++)
        {
            var row = Row.Of(key);
            session.Upsert(ref key, ref row);
        }
    }

    public ClientSession<long, Row, Empty, Row, Empty, Reader> NewSession() => _faster.For<Empty, Row, Empty>(new Reader()).NewSession(new Reader());

    public void Dispose()
    {
        _faster.Dispose();
        _device.Dispose();
    }

    private sealed class Comparer : IFasterEqualityComparer<long>
    {
        public bool Equals(ref long left, ref long right) => left == right;
        public long GetHashCode64(ref long key) => Utility.GetHashCode(key);
    }

    /// <summary>Copies the row out.</summary>
    internal readonly struct Reader : IFunctions<long, Row, Empty, Row, Empty>
    {
        public bool SingleReader(ref long key, ref Empty input, ref Row value, ref Row dst, ref ReadInfo readInfo)
        {
            dst = value;
            return true;
        }

        public bool ConcurrentReader(ref long key, ref Empty input, ref Row value, ref Row dst, ref ReadInfo readInfo)
        {
            dst = value;
            return true;
        }

        public bool SingleWriter(ref long key, ref Empty input, ref Row src, ref Row dst, ref Row output, ref UpsertInfo upsertInfo, WriteReason reason)
        {
            dst = src;
            return true;
        }

        public bool ConcurrentWriter(ref long key, ref Empty input, ref Row src, ref Row dst, ref Row output, ref UpsertInfo upsertInfo)
        {
            dst = src;
            return true;
        }

        public void ReadCompletionCallback(ref long key, ref Empty input, ref Row output, Empty ctx, Status status, RecordMetadata recordMetadata) { }
        public void PostSingleWriter(ref long key, ref Empty input, ref Row src, ref Row dst, ref Row output, ref UpsertInfo upsertInfo, WriteReason reason) { }
        public bool NeedInitialUpdate(ref long key, ref Empty input, ref Row output, ref RMWInfo rmwInfo) => false;
        public bool InitialUpdater(ref long key, ref Empty input, ref Row value, ref Row output, ref RMWInfo rmwInfo) => false;
        public void PostInitialUpdater(ref long key, ref Empty input, ref Row value, ref Row output, ref RMWInfo rmwInfo) { }
        public bool NeedCopyUpdate(ref long key, ref Empty input, ref Row oldValue, ref Row output, ref RMWInfo rmwInfo) => false;
        public bool CopyUpdater(ref long key, ref Empty input, ref Row oldValue, ref Row newValue, ref Row output, ref RMWInfo rmwInfo) => false;
        public void PostCopyUpdater(ref long key, ref Empty input, ref Row oldValue, ref Row newValue, ref Row output, ref RMWInfo rmwInfo) { }
        public bool InPlaceUpdater(ref long key, ref Empty input, ref Row value, ref Row output, ref RMWInfo rmwInfo) => false;
        public void RMWCompletionCallback(ref long key, ref Empty input, ref Row output, Empty ctx, Status status, RecordMetadata recordMetadata) { }
        public bool SingleDeleter(ref long key, ref Row value, ref DeleteInfo deleteInfo) => true;
        public void PostSingleDeleter(ref long key, ref DeleteInfo deleteInfo) { }
        public bool ConcurrentDeleter(ref long key, ref Row value, ref DeleteInfo deleteInfo) => true;
        public void DisposeSingleWriter(ref long key, ref Empty input, ref Row src, ref Row dst, ref Row output, ref UpsertInfo upsertInfo, WriteReason reason) { }
        public void DisposeCopyUpdater(ref long key, ref Empty input, ref Row oldValue, ref Row newValue, ref Row output, ref RMWInfo rmwInfo) { }
        public void DisposeInitialUpdater(ref long key, ref Empty input, ref Row value, ref Row output, ref RMWInfo rmwInfo) { }
        public void DisposeSingleDeleter(ref long key, ref Row value, ref DeleteInfo deleteInfo) { }
        public void DisposeDeserializedFromDisk(ref long key, ref Row value) { }
        public void CheckpointCompletionCallback(int sessionID, string sessionName, CommitPoint commitPoint) { }
    }
}
