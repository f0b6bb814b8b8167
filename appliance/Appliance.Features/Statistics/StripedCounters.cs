// Hot path: a few additions per read.
namespace Appliance.Features.Statistics;

/// <summary>Counters that many threads add to: each thread mostly to a stripe of its own, so that they do not wait for each other's cache lines. Thread-safe.</summary>
public sealed class StripedCounters
{
    private const int Stripes = 16;

    // Two cache lines: processors fetch them in pairs.
    private const int Apart = 16;

    private readonly long[] _cells;
    private readonly int _stride;

    /// <param name="counters">How many there are.</param>
    public StripedCounters(int counters)
    {
        _stride = (counters + Apart - 1) / Apart * Apart;
        _cells = new long[Apart + (Stripes * _stride)];
    }

    public void Add(int counter, long amount) =>
        Interlocked.Add(ref _cells[Apart + ((Environment.CurrentManagedThreadId & (Stripes - 1)) * _stride) + counter], amount);

    /// <summary>The counter over all threads; additions under way may or may not be in it.</summary>
    public long Sum(int counter)
    {
        var sum = 0L;
        for (var at = Apart + counter; at < _cells.Length; at += _stride) sum += Interlocked.Read(ref _cells[at]);
        return sum;
    }
}
