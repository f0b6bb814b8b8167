// Hot path: a count and a sum.
namespace Appliance.Inference.Statistics;

/// <summary>How often something happened and how long it took in all. Thread-safe; the two numbers may be one event apart when read.</summary>
public sealed class DurationSum
{
    private long _count;
    private long _nanoseconds;

    public long Count => Interlocked.Read(ref _count);
    public long Nanoseconds => Interlocked.Read(ref _nanoseconds);

    public void Add(long count, long nanoseconds)
    {
        Interlocked.Add(ref _count, count);
        Interlocked.Add(ref _nanoseconds, nanoseconds);
    }
}
