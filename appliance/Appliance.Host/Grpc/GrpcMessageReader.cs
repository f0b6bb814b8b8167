// Hot path: the one message of a unary call, contiguous, mostly without a copy.
using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Pipelines;
using Appliance.Inference;
using Appliance.Inference.Tensors;

namespace Appliance.Host.Grpc;

/// <summary>
/// Reads length-prefixed gRPC messages from a request body. The one message of a call that lies whole in one segment is handed out where it
/// lies; any other is gathered into pooled memory as it arrives. Not thread-safe; one per call.
/// </summary>
internal sealed class GrpcMessageReader(PipeReader body)
{
    private const int PrefixBytes = 5;

    private byte[]? _gathered;

    /// <summary>The message read last. Valid until <see cref="Release"/>.</summary>
    public ReadOnlyMemory<byte> Message { get; private set; }

    /// <summary>Why the last read gave something else than a message.</summary>
    public string? Error { get; private set; }

    /// <summary>
    /// The usual case, without an object or a state machine: headers and body came in one packet and hold one uncompressed message.
    /// True: the message lies in the body's memory until the caller advances to <paramref name="end"/>. False: nothing was consumed.
    /// </summary>
    public static bool TryReadWhole(PipeReader body, int maxBytes, out ReadOnlyMemory<byte> message, out SequencePosition end)
    {
        message = default;
        end = default;
        try
        {
            if (!body.TryRead(out var result)) return false;
            var buffer = result.Buffer;
            if (result.IsCompleted && buffer.IsSingleSegment && buffer.FirstSpan is { Length: >= PrefixBytes } span && span[0] == 0
                && BinaryPrimitives.ReadUInt32BigEndian(span[1..]) == (uint)(span.Length - PrefixBytes) && span.Length - PrefixBytes <= maxBytes)
            {
                message = buffer.First[PrefixBytes..];
                end = buffer.End;
                return true;
            }
            body.AdvanceTo(buffer.Start);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The stream was broken off before it was looked at. The next read says so again.
        }
        return false;
    }

    /// <summary>
    /// Reads the one message of a unary call to the end of the body. Ok: <see cref="Message"/> is there.
    /// InvalidArgument, TooLarge and Unsupported (encoding): <see cref="Error"/> says why.
    /// </summary>
    public async ValueTask<ScoreStatus> ReadSingleAsync(int maxBytes, string? encoding)
    {
        var prefix = await body.ReadAtLeastAsync(PrefixBytes);
        var status = await ReadBodyAsync(prefix, maxBytes, encoding);
        if (status != ScoreStatus.Ok) return status;
        var rest = await body.ReadAsync();
        while (rest is { IsCompleted: false, Buffer.IsEmpty: true })
        {
            body.AdvanceTo(rest.Buffer.Start);
            rest = await body.ReadAsync();
        }
        body.AdvanceTo(rest.Buffer.End);
        return rest.Buffer.IsEmpty ? ScoreStatus.Ok : Fail(ScoreStatus.InvalidArgument, "a unary call carries one message, got more");
    }

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
            return Fail(ScoreStatus.InvalidArgument, "the request ends before its message does");
        }
        var (compressed, length) = ReadPrefix(prefix.Buffer);
        body.AdvanceTo(prefix.Buffer.GetPosition(PrefixBytes));
        if (length > maxBytes) return Fail(ScoreStatus.TooLarge, $"the message has {length} bytes; at most {maxBytes} are taken");
        if (compressed && encoding is not "gzip")
        {
            return Fail(ScoreStatus.Unsupported, $"the message is compressed with '{encoding}'; identity and gzip are taken");
        }
        var got = 0;
        while (got < length)
        {
            var result = await body.ReadAsync();
            var take = (int)Math.Min(result.Buffer.Length, length - got);
            MakeRoom(got, got + take, (int)length);
            result.Buffer.Slice(0, take).CopyTo(_gathered.AsSpan(got));
            got += take;
            body.AdvanceTo(result.Buffer.GetPosition(take));
            if (got < length && result.IsCompleted && take == 0) return Fail(ScoreStatus.InvalidArgument, "the request ends before its message does");
        }
        _gathered ??= RequestMemory.Instance.Rent(1);
        Message = _gathered.AsMemory(0, got);
        return compressed ? Decompress(maxBytes) : ScoreStatus.Ok;
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

    private ScoreStatus Decompress(int maxBytes)
    {
        var output = RequestMemory.Instance.Rent((int)Math.Min(maxBytes, Message.Length * 4L));
        var total = 0;
        try
        {
            using var gzip = new GZipStream(new MemoryStream(_gathered!, 0, Message.Length), CompressionMode.Decompress);
            for (int read; (read = gzip.Read(output.AsSpan(total))) > 0;)
            {
                total += read;
                if (total > maxBytes)
                {
                    RequestMemory.Instance.Return(output);
                    return Fail(ScoreStatus.TooLarge, $"the message unpacks to more than the {maxBytes} bytes that are taken");
                }
                if (total < output.Length) continue;
                var larger = RequestMemory.Instance.Rent((int)Math.Min(maxBytes + 1L, total * 2L));
                output.AsSpan(0, total).CopyTo(larger);
                RequestMemory.Instance.Return(output);
                output = larger;
            }
        }
        catch (InvalidDataException)
        {
            RequestMemory.Instance.Return(output);
            return Fail(ScoreStatus.InvalidArgument, "the message is marked as gzip and is not");
        }
        RequestMemory.Instance.Return(_gathered!);
        _gathered = output;
        Message = output.AsMemory(0, total);
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
