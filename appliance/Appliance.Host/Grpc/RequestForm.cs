// Hot path: compares a request with one before it.
using System.Numerics;
using Appliance.Inference.Batching;
using Appliance.Inference.Tensors;

namespace Appliance.Host.Grpc;

/// <summary>
/// How a request was written: its bytes but for the contents of its tensors and its id, and where those lie. Callers send one request after the other of
/// the same form; what was read of one and bound to the model is then true of the next. Not thread-safe.
/// </summary>
internal sealed class RequestForm
{
    // Longest request that is compared: the transport keeps memory of so many bytes between requests, and a longer one's reading hardly counts.
    private const int MaxBytes = 4096 - GrpcFraming.PrefixBytes;

    // Bytes besides id and contents, and how many ids and contents there are, at most. A tensor takes some twenty and a name.
    private const int MaxFixedBytes = 512, MaxParts = 8;

    private byte[] _fixed = [];

    // Where the bytes that must be the same begin and end in the message, one run behind the other in _fixed.
    private readonly (int Start, int End)[] _runs = new (int, int)[MaxParts + 1];
    private int _runCount;

    // 0 for none yet.
    private int _length;

    /// <summary>Counts the forms that it has been.</summary>
    public long Generation { get; private set; }

    /// <summary>Whether a message is written so.</summary>
    public bool Is(ReadOnlySpan<byte> message)
    {
        if (message.Length != _length || _length == 0) return false;
        var at = 0;
        for (var i = 0; i < _runCount; i++)
        {
            var (start, end) = _runs[i];
            if (!message[start..end].SequenceEqual(_fixed.AsSpan(at, end - start))) return false;
            at += end - start;
        }
        return true;
    }

    /// <summary>
    /// Whether what is fixed of a request that was read into <paramref name="entry"/> and bound determines both: raw contents of elements that have one
    /// size, and no parameters, as <see cref="TryBecome"/> sees.
    /// </summary>
    public static bool Suits(int messageBytes, BatchEntry entry)
    {
        if (messageBytes > MaxBytes || entry.WantsClasses || !entry.IsBoundAsWritten) return false;
        foreach (ref readonly var input in entry.Inputs)
        {
            if (input.Typed || input.Datatype == Datatype.Bytes) return false;
        }
        return true;
    }

    /// <summary>Becomes the form of a message; false, and none, where it has parameters or too much that is fixed.</summary>
    public bool TryBecome(ReadOnlySpan<byte> message)
    {
        Generation++;
        _length = TryFindRuns(message) ? message.Length : 0;
        return _length > 0;
    }

    /// <summary>Is none any more.</summary>
    public void Forget()
    {
        Generation++;
        _length = 0;
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
