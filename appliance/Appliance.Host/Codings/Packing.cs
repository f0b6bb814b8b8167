// Hot path of callers that pack.
using System.IO.Compression;
using Appliance.Host.Rest;
using Appliance.Inference;
using Appliance.Inference.Tensors;

namespace Appliance.Host.Codings;

/// <summary>Packs and unpacks whole messages. Thread-safe.</summary>
internal static class Packing
{
    /// <summary>Bytes from which an answer is packed. 1 KiB: a smaller one goes in one packet as it is.</summary>
    public const int LeastBytes = 1024;

    /// <summary>
    /// Messages unpacked at once: as many as cores, as it is nothing but work for them, and a small message may become a large one.
    /// </summary>
    public static readonly SemaphoreSlim Room = new(Environment.ProcessorCount);

    /// <summary>
    /// Unpacks a message into pooled memory, which is the caller's to return to <see cref="RequestMemory"/>; null unless Ok. Stops as soon as
    /// there are more than <paramref name="maxBytes"/>.
    /// </summary>
    /// <param name="what">What it is, for the error.</param>
    public static ScoreStatus Unpack(
        ArraySegment<byte> packed, ContentCoding coding, int maxBytes, string what, out byte[]? unpacked, out int length, out string? error)
    {
        length = 0;
        unpacked = null;
        error = null;
        var output = RequestMemory.Instance.Rent((int)Math.Min(maxBytes + 1L, packed.Count * 4L));
        try
        {
            using var stream = Open(new MemoryStream(packed.Array!, packed.Offset, packed.Count), coding, packed);
            for (int read; (read = stream.Read(output.AsSpan(length))) > 0;)
            {
                length += read;
                if (length > maxBytes)
                {
                    error = $"the {what} unpacks to more than the {maxBytes} bytes that are taken";
                    break;
                }
                if (length < output.Length) continue;
                var larger = RequestMemory.Instance.Rent((int)Math.Min(maxBytes + 1L, length * 2L));
                output.AsSpan(0, length).CopyTo(larger);
                RequestMemory.Instance.Return(output);
                output = larger;
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            RequestMemory.Instance.Return(output);
            length = 0;
            error = $"the {what} is marked as {ContentCodings.Name(coding)} and is not";
            return ScoreStatus.InvalidArgument;
        }
        if (error is null)
        {
            unpacked = output;
            return ScoreStatus.Ok;
        }
        RequestMemory.Instance.Return(output);
        length = 0;
        return ScoreStatus.TooLarge;
    }

    /// <summary>Packs what is given behind what the buffer holds.</summary>
    public static void Pack(ReadOnlySpan<byte> content, ContentCoding coding, PooledBuffer target)
    {
        // Fastest: the answer waits for it.
        using Stream stream = coding == ContentCoding.Gzip
            ? new GZipStream(new BufferStream(target), CompressionLevel.Fastest)
            : new ZLibStream(new BufferStream(target), CompressionLevel.Fastest);
        stream.Write(content);
    }

    private static Stream Open(MemoryStream packed, ContentCoding coding, ReadOnlySpan<byte> bytes)
    {
        if (coding == ContentCoding.Gzip) return new GZipStream(packed, CompressionMode.Decompress);
        // The two bytes in front of RFC 1950's format: method 8, and together a multiple of 31.
        var framed = bytes.Length >= 2 && (bytes[0] & 0x0F) == 8 && ((bytes[0] << 8) | bytes[1]) % 31 == 0;
        return framed ? new ZLibStream(packed, CompressionMode.Decompress) : new DeflateStream(packed, CompressionMode.Decompress);
    }

    /// <summary>Writes into pooled memory.</summary>
    private sealed class BufferStream(PooledBuffer target) : Stream
    {
        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            buffer.CopyTo(target.GetSpan(buffer.Length));
            target.Advance(buffer.Length);
        }
    }
}
