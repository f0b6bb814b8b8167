// Hot path: the messages of a stream.
using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Appliance.Inference;
using Appliance.Inference.Tensors;

namespace Appliance.Host.Grpc;

/// <summary>
/// Reads length-prefixed gRPC messages from a request body, each gathered into pooled memory as it arrives. Not thread-safe; one per call.
/// </summary>
internal sealed class GrpcMessageReader(PipeReader body)
{
    private const int PrefixBytes = GrpcFraming.PrefixBytes;

    private byte[]? _gathered;

    /// <summary>The message read last. Valid until <see cref="Release"/>.</summary>
    public ReadOnlyMemory<byte> Message { get; private set; }

    /// <summary>Why the last read gave something else than a message.</summary>
    public string? Error { get; private set; }

    /// <summary>Reads the next message of a stream into memory of its own; Ok with <see cref="EndOfStream"/> when there is none.</summary>
    public async ValueTask<ScoreStatus> ReadNextAsync(int maxBytes, string? encoding)
    {
        EndOfStream = false;
        var prefix = await body.ReadAtLeastAsync(PrefixBytes);
        if (prefix.Buffer.Length == 0 && prefix.IsCompleted)
        {
            EndOfStream = true;
            body.AdvanceTo(prefix.Buffer.End);
            return ScoreStatus.Ok;
        }
        return await ReadBodyAsync(prefix, maxBytes, encoding);
    }

    public bool EndOfStream { get; private set; }

    /// <summary>The pooled memory of the message read last, handed over: the caller returns it to <see cref="RequestMemory"/>.</summary>
    public byte[] TakeMemory()
    {
        var memory = _gathered!;
        _gathered = null;
        return memory;
    }

    /// <summary>Gives back whatever the last message lay in.</summary>
    public void Release()
    {
        if (_gathered is not null) RequestMemory.Instance.Return(_gathered);
        _gathered = null;
        Message = default;
        Error = null;
    }

    private async ValueTask<ScoreStatus> ReadBodyAsync(ReadResult prefix, int maxBytes, string? encoding)
    {
        if (prefix.Buffer.Length < PrefixBytes)
        {
            body.AdvanceTo(prefix.Buffer.End);
            return Fail(ScoreStatus.InvalidArgument, GrpcFraming.EndsEarly);
        }
        var (compressed, length) = ReadPrefix(prefix.Buffer);
        body.AdvanceTo(prefix.Buffer.GetPosition(PrefixBytes));
        if (length > maxBytes) return Fail(ScoreStatus.TooLarge, GrpcFraming.TooLong(length, maxBytes));
        if (compressed && GrpcFraming.CheckEncoding(encoding) is { } refused) return Fail(ScoreStatus.UnknownCoding, refused);
        var got = 0;
        while (got < length)
        {
            var result = await body.ReadAsync();
            var take = (int)Math.Min(result.Buffer.Length, length - got);
            MakeRoom(got, got + take, (int)length);
            result.Buffer.Slice(0, take).CopyTo(_gathered.AsSpan(got));
            got += take;
            body.AdvanceTo(result.Buffer.GetPosition(take));
            if (got < length && result.IsCompleted && take == 0) return Fail(ScoreStatus.InvalidArgument, GrpcFraming.EndsEarly);
        }
        _gathered ??= RequestMemory.Instance.Rent(1);
        Message = _gathered.AsMemory(0, got);
        return compressed ? Decompress(maxBytes, encoding) : ScoreStatus.Ok;
    }

    // Memory grows with what has arrived, not with what was announced: a prefix costs a caller five bytes.
    private void MakeRoom(int used, int needed, int announced)
    {
        if (_gathered is not null && _gathered.Length >= needed) return;
        var larger = RequestMemory.Instance.Rent((int)Math.Min(announced, Math.Max(needed, Math.Max(4096, 2L * used))));
        if (_gathered is not null)
        {
            _gathered.AsSpan(0, used).CopyTo(larger);
            RequestMemory.Instance.Return(_gathered);
        }
        _gathered = larger;
    }

    private ScoreStatus Decompress(int maxBytes, string? encoding)
    {
        var status = GrpcFraming.Unpack(new ArraySegment<byte>(_gathered!, 0, Message.Length), encoding, maxBytes, out var unpacked, out var length, out var error);
        if (status != ScoreStatus.Ok) return Fail(status, error!);
        RequestMemory.Instance.Return(_gathered!);
        _gathered = unpacked;
        Message = unpacked.AsMemory(0, length);
        return ScoreStatus.Ok;
    }

    private static (bool Compressed, uint Length) ReadPrefix(ReadOnlySequence<byte> buffer)
    {
        Span<byte> prefix = stackalloc byte[PrefixBytes];
        buffer.Slice(0, PrefixBytes).CopyTo(prefix);
        return (prefix[0] != 0, BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]));
    }

    private ScoreStatus Fail(ScoreStatus status, string error)
    {
        Error = error;
        return status;
    }
}
