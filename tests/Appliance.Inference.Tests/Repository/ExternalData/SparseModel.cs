using Google.Protobuf;

namespace Appliance.Inference.Tests.Repository.ExternalData;

/// <summary>
/// A model file of gigabytes that takes no memory: one huge inline tensor that reads as zeros, and an external one behind it. Counts what
/// is read.
/// </summary>
internal sealed class SparseModel : Stream
{
    private readonly byte[] _head;
    private readonly byte[] _tail;
    private readonly long _zeros;

    public SparseModel(int fieldBytes)
    {
        _zeros = fieldBytes;
        _tail = Field(5, ExternalModels.Tensor("w", "after").ToByteArray());
        var rawHead = Head(9, fieldBytes);
        var tensorHead = Head(5, rawHead.Length + (long)fieldBytes);
        var graphHead = Head(7, tensorHead.Length + rawHead.Length + (long)fieldBytes + _tail.Length);
        _head = [.. graphHead, .. tensorHead, .. rawHead];
    }

    public long BytesRead { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => _head.Length + _zeros + _tail.Length;

    public override long Position { get; set; }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var count = (int)Math.Min(buffer.Length, Length - Position);
        for (var i = 0; i < count; i++)
        {
            var at = Position + i;
            buffer[i] = at < _head.Length ? _head[at] : at < _head.Length + _zeros ? (byte)0 : _tail[at - _head.Length - _zeros];
        }
        Position += count;
        BytesRead += count;
        return count;
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    private static byte[] Field(int number, byte[] content) => [.. Head(number, content.Length), .. content];

    private static byte[] Head(int number, long length)
    {
        List<byte> head = [(byte)((number << 3) | 2)];
        for (var rest = (ulong)length; ; rest >>= 7)
        {
            head.Add((byte)(rest < 0x80 ? rest : (rest & 0x7F) | 0x80));
            if (rest < 0x80)
            {
                return [.. head];
            }
        }
    }
}
