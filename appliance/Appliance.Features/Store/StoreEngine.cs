using FASTER.core;

namespace Appliance.Features.Store;

/// <summary>FASTER with everything it stands on: devices, write queue, sessions. Made by <see cref="FasterTable"/>, which owns it.</summary>
internal sealed class StoreEngine : IDisposable
{
    private readonly WriteQueue _queue;

    public StoreEngine(StoreOptions options, StoreGeometry geometry, IStoreDevice device)
    {
        Geometry = geometry;
        Device = device;
        Folder = Path.GetFullPath(options.Folder);
        _queue = new WriteQueue(new ThreadClock());
        Log = new LogDevice(Path.Combine(Folder, "log"), device, _queue);
        Metadata = new CheckpointMetadata(Folder, device, _queue);
        Faster = new FasterKV<SpanByte, SpanByte>(
            geometry.Buckets,
            new LogSettings
            {
                LogDevice = Log,
                PageSizeBits = geometry.PageBits,
                SegmentSizeBits = geometry.SegmentBits,
                MemorySizeBits = geometry.PageBits + System.Numerics.BitOperations.Log2((uint)geometry.BufferPages),
                MutableFraction = StoreGeometry.MutableFraction,
                ReadCopyOptions = ReadCopyOptions.None,
            },
            new CheckpointSettings { CheckpointManager = Metadata },
            comparer: new StoreKeyComparer(),
            variableLengthStructSettings: new VariableLengthStructSettings<SpanByte, SpanByte> { keyLength = new SpanByteVarLenStruct(), valueLength = new RecordLength() },
            concurrencyControlMode: ConcurrencyControlMode.None);
        // The log's circle is a power of two; what is over the budget stays empty. Set before the first record, so nothing is evicted by it.
        if (geometry.BufferPages > geometry.LogPages) Faster.Log.SetEmptyPageCount(geometry.BufferPages - geometry.LogPages);
        Hints = new RecordHints(geometry);
        Sessions = new SessionPool(() => new StoreSession(Faster, Log, Hints, sweep: null));
    }

    public string Folder { get; }
    public StoreGeometry Geometry { get; }
    public IStoreDevice Device { get; }
    public LogDevice Log { get; }
    public CheckpointMetadata Metadata { get; }
    public FasterKV<SpanByte, SpanByte> Faster { get; }
    public RecordHints Hints { get; }
    public SessionPool Sessions { get; }
    public StoreCondition Condition => _queue.Condition;

    /// <summary>Has what waits for the disk written without rests: somebody waits for it.</summary>
    public void Hurry() => _queue.Hurry();

    /// <summary>From here on everything is written without rests.</summary>
    public void EndRests() => _queue.EndRests();

    /// <summary>Refuses writes until a restart.</summary>
    public void Condemn(IOException fault, string what) => _queue.Condemn(StoreCondition.Of(fault, what, permanent: true));

    public void Dispose()
    {
        _queue.Dispose();
        // A read that outlives the host's patience looks at all this still: it is then left to the end of the process.
        if (!Sessions.TryClose()) return;
        Faster.Dispose();
        Log.Dispose();
        Hints.Dispose();
    }
}
