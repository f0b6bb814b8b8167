// Hot path: every REST answer is encoded into one of these.
using System.Buffers;
using Appliance.Inference.Tensors;

namespace Appliance.Host.Rest;

/// <summary>A growing block of pooled memory to write into. Not thread-safe. Reused: <see cref="Clear"/> before the next answer.</summary>
internal sealed class PooledBuffer : IBufferWriter<byte>, IDisposable
{
    /// <summary>Memory kept between answers; more is given back. 64 KiB: above any answer of a tabular model.</summary>
    private const int KeptBytes = 64 * 1024;

    /// <summary>Most that is rented at once for an answer because the one before was as long. 1 MiB: a thousand rows of a hundred features.</summary>
    private const int MostExpected = 1 << 20;

    private byte[] _bytes = [];

    // Bytes of the answer before: the next is mostly of that length, and a block that grows to it copies as much again.
    private int _expected;

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    /// <summary>What was written, to be completed.</summary>
    public Span<byte> Filled => _bytes.AsSpan(0, Length);

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(_bytes.Length - Length));
        Length += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Ensure(Math.Max(1, sizeHint));
        return _bytes.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Ensure(Math.Max(1, sizeHint));
        return _bytes.AsSpan(Length);
    }

    /// <summary>Puts other bytes, at most as many, in the place of some that were written; what stands behind moves up.</summary>
    public void Replace(int offset, int count, ReadOnlySpan<byte> by)
    {
        by.CopyTo(_bytes.AsSpan(offset, count));
        _bytes.AsSpan(offset + count, Length - offset - count).CopyTo(_bytes.AsSpan(offset + by.Length));
        Length -= count - by.Length;
    }

    /// <summary>Gives away the memory with what was written, its first <see cref="Length"/> bytes: rented from <see cref="RequestMemory"/>, where its new owner returns it.</summary>
    public byte[] Detach()
    {
        var bytes = _bytes;
        _expected = Length;
        (_bytes, Length) = ([], 0);
        return bytes;
    }

    /// <summary>Forgets what was written.</summary>
    public void Clear()
    {
        if (Length > 0) _expected = Length;
        Length = 0;
        if (_bytes.Length <= KeptBytes) return;
        RequestMemory.Instance.Return(_bytes);
        _bytes = [];
    }

    /// <summary>Gives all memory back. The buffer is empty afterwards and may be used again.</summary>
    public void Dispose()
    {
        if (_bytes.Length > 0) RequestMemory.Instance.Return(_bytes);
        (_bytes, Length) = ([], 0);
    }

    private void Ensure(int more)
    {
        var needed = checked(Length + more);
        if (_bytes.Length >= needed) return;
        var larger = RequestMemory.Instance.Rent((int)Math.Min(Array.MaxLength, Math.Max(needed, Math.Max(_bytes.Length > 0 ? _bytes.Length * 2L : Math.Min(_expected, MostExpected), 4096))));
        _bytes.AsSpan(0, Length).CopyTo(larger);
        if (_bytes.Length > 0) RequestMemory.Instance.Return(_bytes);
        _bytes = larger;
    }
}
