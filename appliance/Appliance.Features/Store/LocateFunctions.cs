// Hot path: the store calls these for every read and append.
using System.Runtime.CompilerServices;
using FASTER.core;

namespace Appliance.Features.Store;

/// <summary>
/// What FASTER calls. Reads only say where the value lies: the caller reads it there, still in the epoch. A value that came from the disk lies in a
/// buffer that ends with the call, so it is copied to the shelf, at the place that the input names. Appends copy and say where to; changes in place are not FASTER's
/// business (see <see cref="StoreWriter"/>). A struct, so that the calls are inlined.
/// </summary>
internal readonly unsafe struct LocateFunctions(DiskShelf shelf, PageSweep? sweep) : IFunctions<SpanByte, SpanByte, int, Located, Empty>
{
    private readonly DiskShelf _shelf = shelf;
    private readonly PageSweep? _sweep = sweep;

    public bool SingleReader(ref SpanByte key, ref int input, ref SpanByte value, ref Located dst, ref ReadInfo readInfo) => Locate(input, ref value, ref dst, ref readInfo);

    public bool ConcurrentReader(ref SpanByte key, ref int input, ref SpanByte value, ref Located dst, ref ReadInfo readInfo) => Locate(input, ref value, ref dst, ref readInfo);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Locate(int place, ref SpanByte value, ref Located dst, ref ReadInfo readInfo)
    {
        dst.Value = value.ToPointer();
        dst.Length = value.Length;
        dst.Address = readInfo.Address;
        if (_shelf.Completing) _shelf.Put(place, ref dst);
        return true;
    }

    public bool SingleWriter(ref SpanByte key, ref int input, ref SpanByte src, ref SpanByte dst, ref Located output, ref UpsertInfo upsertInfo, WriteReason reason)
    {
        src.CopyTo(ref dst);
        output.Value = dst.ToPointer();
        output.Length = dst.Length;
        output.Address = upsertInfo.Address;
        _sweep?.Put(upsertInfo.Address, key.Length, dst.ToPointer(), dst.Length);
        return true;
    }

    /// <summary>Never in place: whoever appends has found that it must.</summary>
    public bool ConcurrentWriter(ref SpanByte key, ref int input, ref SpanByte src, ref SpanByte dst, ref Located output, ref UpsertInfo upsertInfo) => false;

    public void ReadCompletionCallback(ref SpanByte key, ref int input, ref Located output, Empty ctx, Status status, RecordMetadata recordMetadata) { }
    public void PostSingleWriter(ref SpanByte key, ref int input, ref SpanByte src, ref SpanByte dst, ref Located output, ref UpsertInfo upsertInfo, WriteReason reason) { }

    public bool SingleDeleter(ref SpanByte key, ref SpanByte value, ref DeleteInfo deleteInfo)
    {
        // FASTER relies on the memory being zero for the length of the value that a tombstone does not have.
        Unsafe.As<SpanByte, int>(ref value) = 0;
        _sweep?.Put(deleteInfo.Address, key.Length, value.ToPointer(), 0);
        return true;
    }

    public void PostSingleDeleter(ref SpanByte key, ref DeleteInfo deleteInfo) { }

    /// <summary>Marks the record in place and leaves its bytes: a reader may be on them.</summary>
    public bool ConcurrentDeleter(ref SpanByte key, ref SpanByte value, ref DeleteInfo deleteInfo) => true;

    public bool NeedInitialUpdate(ref SpanByte key, ref int input, ref Located output, ref RMWInfo rmwInfo) => throw NotUsed();
    public bool InitialUpdater(ref SpanByte key, ref int input, ref SpanByte value, ref Located output, ref RMWInfo rmwInfo) => throw NotUsed();
    public void PostInitialUpdater(ref SpanByte key, ref int input, ref SpanByte value, ref Located output, ref RMWInfo rmwInfo) => throw NotUsed();
    public bool NeedCopyUpdate(ref SpanByte key, ref int input, ref SpanByte oldValue, ref Located output, ref RMWInfo rmwInfo) => throw NotUsed();
    public bool CopyUpdater(ref SpanByte key, ref int input, ref SpanByte oldValue, ref SpanByte newValue, ref Located output, ref RMWInfo rmwInfo) => throw NotUsed();
    public void PostCopyUpdater(ref SpanByte key, ref int input, ref SpanByte oldValue, ref SpanByte newValue, ref Located output, ref RMWInfo rmwInfo) => throw NotUsed();
    public bool InPlaceUpdater(ref SpanByte key, ref int input, ref SpanByte value, ref Located output, ref RMWInfo rmwInfo) => throw NotUsed();
    public void RMWCompletionCallback(ref SpanByte key, ref int input, ref Located output, Empty ctx, Status status, RecordMetadata recordMetadata) => throw NotUsed();

    public void DisposeSingleWriter(ref SpanByte key, ref int input, ref SpanByte src, ref SpanByte dst, ref Located output, ref UpsertInfo upsertInfo, WriteReason reason) { }
    public void DisposeCopyUpdater(ref SpanByte key, ref int input, ref SpanByte oldValue, ref SpanByte newValue, ref Located output, ref RMWInfo rmwInfo) { }
    public void DisposeInitialUpdater(ref SpanByte key, ref int input, ref SpanByte value, ref Located output, ref RMWInfo rmwInfo) { }
    public void DisposeSingleDeleter(ref SpanByte key, ref SpanByte value, ref DeleteInfo deleteInfo) { }
    public void DisposeDeserializedFromDisk(ref SpanByte key, ref SpanByte value) { }
    public void CheckpointCompletionCallback(int sessionID, string sessionName, CommitPoint commitPoint) { }

    private static System.Diagnostics.UnreachableException NotUsed() => new("read-modify-write is done by the writer, not by FASTER");
}
