using System.Buffers;

namespace FeatureModel.Events;

/// <summary>Records one behind the other in pooled memory that grows. Owned by one thread; dispose it to give the memory back.</summary>
public sealed class EventRecordBuffer : IDisposable
{
    private const int FirstBytes = 16 * 1024;

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(FirstBytes);
    private int _length;

    /// <summary>Records held.</summary>
    public int Count { get; private set; }

    /// <summary>The records; valid until more are added.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>Adds every event of a body, or none and the reason.</summary>
    /// <param name="ingestTime">Microseconds since 1970 UTC.</param>
    public bool TryAddJson(ReadOnlySpan<byte> body, EventLimits limits, long ingestTime, out EventRejection? rejection)
    {
        var (lengthBefore, countBefore) = (_length, Count);
        using var reader = new EventJsonReader(body, limits, ingestTime);
        while (true)
        {
            switch (reader.Read(_bytes.AsSpan(_length), out var written))
            {
                case EventReadStatus.Record:
                    _length += written;
                    Count++;
                    break;
                case EventReadStatus.BufferTooSmall:
                    Grow(reader.RequiredBytes);
                    break;
                case EventReadStatus.End:
                    rejection = null;
                    return true;
                default:
                    (_length, Count) = (lengthBefore, countBefore);
                    rejection = reader.Rejection;
                    return false;
            }
        }
    }

    /// <summary>Adds one event.</summary>
    public void Add(in EventParts parts)
    {
        if (parts.Size > _bytes.Length - _length) Grow(parts.Size);
        _length += parts.WriteTo(_bytes.AsSpan(_length));
        Count++;
    }

    /// <summary>Forgets the records and keeps the memory.</summary>
    public void Clear() => (_length, Count) = (0, 0);

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        Clear();
    }

    private void Grow(int more)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_bytes.Length * 2, checked(_length + more)));
        Bytes.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
