// Hot path: the keys of one view read.
namespace Appliance.Features.Reading;

/// <summary>Keys one behind the other, and where each ends. Reused from read to read; not thread-safe.</summary>
internal sealed class KeyBatch
{
    private byte[] _bytes = new byte[256];
    private int[] _ends = new int[16];
    private int _used;
    private int _count;

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _used);

    public ReadOnlySpan<int> Ends => _ends.AsSpan(0, _count);

    public void Clear() => (_used, _count) = (0, 0);

    /// <summary>Room for the next key; valid until another is added.</summary>
    public Span<byte> Add(int bytes)
    {
        if (_bytes.Length - _used < bytes) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, checked(_used + bytes)));
        if (_count == _ends.Length) Array.Resize(ref _ends, _count * 2);
        _used += bytes;
        _ends[_count++] = _used;
        return _bytes.AsSpan(_used - bytes, bytes);
    }

    /// <summary>Room for the next keys, all of one length; valid until another is added.</summary>
    public Span<byte> AddAlike(int keys, int bytes)
    {
        var start = _used;
        var all = checked(keys * bytes);
        if (_bytes.Length - _used < all) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, checked(_used + all)));
        if (_ends.Length - _count < keys) Array.Resize(ref _ends, Math.Max(_ends.Length * 2, checked(_count + keys)));
        foreach (ref var end in _ends.AsSpan(_count, keys)) end = _used += bytes;
        _count += keys;
        return _bytes.AsSpan(start, all);
    }
}
