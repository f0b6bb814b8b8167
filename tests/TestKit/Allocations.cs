namespace TestKit;

/// <summary>Counts what code allocates on the thread that runs it.</summary>
public static class Allocations
{
    private const int Rounds = 5;

    /// <summary>
    /// Bytes of the round of a few that allocated least, after one that warms up. What the code allocates is in each of them; what the runtime adds
    /// now and then is not: a collection that another thread causes, for instance, counts the rest of this thread's block as allocated.
    /// </summary>
    public static long Least(Action round)
    {
        round();
        var least = long.MaxValue;
        for (var i = 0; i < Rounds; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            round();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return least;
    }
}
