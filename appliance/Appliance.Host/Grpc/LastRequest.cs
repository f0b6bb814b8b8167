// Hot path: compares a request with the one before it.
using System.Numerics;
using System.Runtime.InteropServices;
using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Inference.Tensors;

namespace Appliance.Host.Grpc;

/// <summary>
/// How the last request that a slot was used for was written. Callers send one request after the other that differ in nothing but the contents of
/// their tensors and their ids; what was read of the last one and bound to the model is then true of the next. Not thread-safe.
/// </summary>
internal sealed class LastRequest
{
    // Longest request that is compared: the transport keeps memory of so many bytes between requests, and a longer one's reading hardly counts.
    private const int MaxBytes = 4096 - GrpcFraming.PrefixBytes;

    // Bytes besides id and contents, and how many ids and contents there are, at most. A tensor takes some forty and a name: requests of more tensors than this
    // have more to copy than to read.
    private const int MaxFixedBytes = 512, MaxParts = 8;

    private byte[] _fixed = [];

    // Where the bytes that must be the same begin and end in the message, one run behind the other in _fixed.
    private readonly (int Start, int End)[] _runs = new (int, int)[MaxParts + 1];
    private int _runCount;
    private ArraySegment<byte> _place;

    /// <summary>Whether there is one.</summary>
    public bool IsKept => _place.Array is not null;

    /// <summary>Whether a message is written as the last one was, in the same place of the same memory.</summary>
    public bool Is(ReadOnlyMemory<byte> message)
    {
        if (!IsKept || !MemoryMarshal.TryGetArray(message, out var place) || place != _place) return false;
        var span = message.Span;
        var at = 0;
        for (var i = 0; i < _runCount; i++)
        {
            var (start, end) = _runs[i];
            if (!span[start..end].SequenceEqual(_fixed.AsSpan(at, end - start))) return false;
            at += end - start;
        }
        return true;
    }

    public void Forget() => _place = default;

    /// <summary>
    /// Keeps a request that was read into <paramref name="entry"/> and bound, if what is fixed of it determines both: raw contents of elements that
    /// have one size, and no parameters.
    /// </summary>
    public void Keep(ReadOnlyMemory<byte> message, BatchEntry entry)
    {
        Forget();
        if (message.Length > MaxBytes || entry.WantsClasses || !entry.IsBoundAsWritten) return;
        foreach (ref readonly var input in entry.Inputs)
        {
            if (input.Typed || input.Datatype == Datatype.Bytes) return;
        }
        if (TryFindRuns(message.Span) && MemoryMarshal.TryGetArray(message, out var place)) _place = place;
    }

    private bool TryFindRuns(ReadOnlySpan<byte> message)
    {
        const int Id = 3, Parameters = 4, RawContents = 7;
        var reader = new WireReader(message);
        var (start, kept) = (0, 0);
        _runCount = 0;
        while (reader.TryReadTag(out var field, out var wire) && reader.TryReadField(wire, out var payload, out _))
        {
            if (field == Parameters) return false;
            if (field is not (Id or RawContents)) continue;
            if (_runCount == MaxParts || !TryKeepRun(message, start, reader.Position - payload.Length, ref kept)) return false;
            start = reader.Position;
        }
        return TryKeepRun(message, start, message.Length, ref kept);
    }

    private bool TryKeepRun(ReadOnlySpan<byte> message, int start, int end, ref int kept)
    {
        if (end - start > MaxFixedBytes - kept) return false;
        if (kept + end - start > _fixed.Length) Array.Resize(ref _fixed, (int)BitOperations.RoundUpToPowerOf2((uint)(kept + end - start)));
        message[start..end].CopyTo(_fixed.AsSpan(kept));
        kept += end - start;
        _runs[_runCount++] = (start, end);
        return true;
    }
}
