using Appliance.Features.Journal;

namespace TestKit;

/// <summary>
/// A journal's disk that fails as the test says: full past a number of bytes, refusing to write or to flush, at random with a seed, or
/// holding every flush back until it is let go. A write that fails may have got a part of its bytes down. Thread-safe.
/// </summary>
internal sealed class FaultyJournalDisk(IJournalDisk inner, int seed = 1) : IJournalDisk
{
    private const int NoSpaceLeft = 28;
    private const int InputOutputError = 5;

    // Guards _random and _holding.
    private readonly object _gate = new();
    private readonly Random _random = new(seed);
    private bool _holding;

    // Room that small files have, by name.
    private readonly Dictionary<string, int> _reserved = [];

    /// <summary>Bytes that may still be written.</summary>
    public long SpaceLeft { get; set; } = long.MaxValue;

    public bool RefuseWrites { get; set; }

    public bool RefuseFlushes { get; set; }

    /// <summary>The share of writes and flushes that fail, drawn from the seed.</summary>
    public double FailureRate { get; set; }

    /// <summary>Writes and flushes that failed.</summary>
    public int Failures { get; private set; }

    /// <summary>Whether flushes wait until the test lets them go.</summary>
    public bool HoldFlushes
    {
        get
        {
            lock (_gate) return _holding;
        }
        set
        {
            lock (_gate)
            {
                _holding = value;
                Monitor.PulseAll(_gate);
            }
        }
    }

    public IReadOnlyList<int> Segments() => inner.Segments();

    public long Length(int segment) => inner.Length(segment);

    public void Write(int segment, long offset, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > SpaceLeft || RefuseWrites || Draws())
        {
            Failures++;
            lock (_gate) inner.Write(segment, offset, bytes[.._random.Next((int)Math.Min(bytes.Length, SpaceLeft) + 1)]);
            throw bytes.Length > SpaceLeft ? new IOException("No space left on device", NoSpaceLeft) : new IOException("Input/output error", InputOutputError);
        }
        inner.Write(segment, offset, bytes);
        if (SpaceLeft != long.MaxValue) SpaceLeft -= bytes.Length;
    }

    public void Flush(int segment)
    {
        lock (_gate)
        {
            while (_holding) Monitor.Wait(_gate);
        }
        if (RefuseFlushes || Draws())
        {
            Failures++;
            throw new IOException("Input/output error", InputOutputError);
        }
        inner.Flush(segment);
    }

    public int Read(int segment, long offset, Span<byte> into) => inner.Read(segment, offset, into);

    public void Truncate(int segment, long length) => inner.Truncate(segment, length);

    public void Delete(int segment)
    {
        var freed = inner.Length(segment);
        inner.Delete(segment);
        if (SpaceLeft != long.MaxValue) SpaceLeft += freed;
    }

    public byte[]? ReadFile(string name) => inner.ReadFile(name);

    public void ReplaceFile(string name, ReadOnlySpan<byte> content)
    {
        lock (_gate)
        {
            if (RefuseWrites || content.Length > Math.Max(SpaceLeft, _reserved.GetValueOrDefault(name))) throw new IOException("No space left on device", NoSpaceLeft);
            inner.ReplaceFile(name, content);
            _reserved[name] = Math.Max(content.Length + JournalDisk.ReservedBytes, _reserved.GetValueOrDefault(name));
        }
    }

    public void Dispose() => inner.Dispose();

    private bool Draws()
    {
        lock (_gate) return FailureRate > 0 && _random.NextDouble() < FailureRate;
    }
}
