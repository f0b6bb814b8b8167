// Hot path of calls that have such a header.
namespace Appliance.Http2;

/// <summary>A header's value that is kept beyond its block. Not thread-safe.</summary>
internal sealed class HeldValue(int room = HeldValue.MaxBytes)
{
    /// <summary>Bytes kept at most: one more than any service takes (256), so that it can tell what is too long.</summary>
    public const int MaxBytes = 257;

    private readonly byte[] _bytes = new byte[room];
    private int _length;

    public ReadOnlySpan<byte> Value => _bytes.AsSpan(0, _length);

    public void Set(ReadOnlySpan<byte> value)
    {
        _length = Math.Min(value.Length, room);
        value[.._length].CopyTo(_bytes);
    }

    public void Clear() => _length = 0;
}
