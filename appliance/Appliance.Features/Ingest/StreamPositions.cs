using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Appliance.Features.Ingest;

/// <summary>
/// How far the events of each partition have been applied: the position of the next one that has not, and the newest event time of each of its
/// sources. The embedded journal is one partition. Where history was applied of which the stream may still bring a part, also from where on it stands.
/// Clocks of other names are kept beside those, see <see cref="FreshnessStatistics"/>.
/// Not thread-safe; owned by whoever applies the stream.
/// </summary>
public sealed class StreamPositions
{
    private const uint Magic = 0x31505346; // "FSP1"
    private const int MaxNameBytes = 1024;

    private readonly SortedDictionary<string, long> _next = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _newest = new(StringComparer.Ordinal);

    private readonly SortedDictionary<string, long> _history = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, long> All => _next;

    /// <summary>Position of the first event of the partition that has not been applied; null where none ever was.</summary>
    public long? Next(string partition) => _next.TryGetValue(partition, out var position) ? position : null;

    public void Set(string partition, long next) => _next[partition] = next;

    internal IReadOnlyDictionary<string, long> Clocks => _newest;

    /// <summary>Newest event time seen on a clock, microseconds since 1970; the lowest possible where none was.</summary>
    public long Newest(string clock) => _newest.TryGetValue(clock, out var micros) ? micros : long.MinValue / 2;

    /// <summary>Moves a clock on; never back.</summary>
    public void Advance(string clock, long micros)
    {
        if (micros > Newest(clock)) _newest[clock] = micros;
    }

    internal void Forget(string clock) => _newest.Remove(clock);

    /// <summary>Position of the first record of history whose id is still remembered; null where none is.</summary>
    public long? History(string partition) => _history.TryGetValue(partition, out var position) ? position : null;

    public void SetHistory(string partition, long? from)
    {
        if (from is { } position) _history[partition] = position;
        else _history.Remove(partition);
    }

    /// <summary>The first position of the partition that is still needed; null where none ever was.</summary>
    public long? Needed(string partition) => Next(partition) is { } next ? Math.Min(next, History(partition) ?? long.MaxValue) : null;

    /// <summary>The positions as bytes, to lie beside a store checkpoint.</summary>
    public byte[] ToBytes()
    {
        // Only where there is something to say, so that what has no history reads as ever.
        var history = _history.Count == 0 ? 0 : Measure(_history);
        var bytes = new byte[sizeof(uint) + Measure(_next) + Measure(_newest) + history];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Magic);
        var rest = Write(_next, bytes.AsSpan(sizeof(uint)));
        rest = Write(_newest, rest);
        if (history > 0) Write(_history, rest);
        return bytes;
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote; false for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out StreamPositions? positions)
    {
        positions = null;
        if (bytes.Length < sizeof(uint) || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic) return false;
        var read = new StreamPositions();
        var rest = bytes[sizeof(uint)..];
        if (!TryRead(ref rest, read._next) || !TryRead(ref rest, read._newest)) return false;
        if (!rest.IsEmpty && (!TryRead(ref rest, read._history) || !rest.IsEmpty)) return false;
        positions = read;
        return true;
    }

    private static int Measure(SortedDictionary<string, long> map) =>
        sizeof(int) + map.Keys.Sum(name => sizeof(int) + Encoding.UTF8.GetByteCount(name) + sizeof(long));

    private static Span<byte> Write(SortedDictionary<string, long> map, Span<byte> to)
    {
        BinaryPrimitives.WriteInt32LittleEndian(to, map.Count);
        to = to[sizeof(int)..];
        foreach (var (name, number) in map)
        {
            var length = Encoding.UTF8.GetBytes(name, to[sizeof(int)..]);
            BinaryPrimitives.WriteInt32LittleEndian(to, length);
            BinaryPrimitives.WriteInt64LittleEndian(to[(sizeof(int) + length)..], number);
            to = to[(sizeof(int) + length + sizeof(long))..];
        }
        return to;
    }

    private static bool TryRead(ref ReadOnlySpan<byte> from, SortedDictionary<string, long> map)
    {
        if (from.Length < sizeof(int)) return false;
        var count = BinaryPrimitives.ReadInt32LittleEndian(from);
        from = from[sizeof(int)..];
        for (var i = 0; i < count; i++)
        {
            if (from.Length < sizeof(int)) return false;
            var length = BinaryPrimitives.ReadInt32LittleEndian(from);
            if (length is < 0 or > MaxNameBytes || from.Length < sizeof(int) + length + sizeof(long)) return false;
            map[Encoding.UTF8.GetString(from.Slice(sizeof(int), length))] = BinaryPrimitives.ReadInt64LittleEndian(from[(sizeof(int) + length)..]);
            from = from[(sizeof(int) + length + sizeof(long))..];
        }
        return count >= 0;
    }
}
