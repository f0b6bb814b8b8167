namespace Compare.Runtime;

/// <summary>Processor time of one run of the model by its number of rows, in microseconds. Immutable.</summary>
internal sealed class RunCost(IReadOnlyList<double> microsByRows)
{
    /// <summary>Passes over all batch sizes; the median of them counts, so that a disturbed one does not.</summary>
    private const int Passes = 3;

    /// <summary>Index 0 is one row.</summary>
    public IReadOnlyList<double> MicrosByRows { get; } = microsByRows;

    public int BestRows => Enumerable.Range(1, MicrosByRows.Count).MinBy(rows => PerRow(rows));

    /// <summary>Microseconds a row when batches hold that many rows on average; between whole numbers a run's cost is taken as a straight line.</summary>
    public double PerRow(double rows)
    {
        var clamped = Math.Clamp(rows, 1, MicrosByRows.Count);
        var below = (int)clamped;
        var above = Math.Min(below + 1, MicrosByRows.Count);
        var run = MicrosByRows[below - 1] + (clamped - below) * (MicrosByRows[above - 1] - MicrosByRows[below - 1]);
        return run / clamped;
    }

    /// <summary>Measures every batch size on this thread.</summary>
    public static RunCost Measure(ModelSession session, TimeSpan perSize)
    {
        var passes = Enumerable.Range(0, Passes)
            .Select(_ => Enumerable.Range(1, session.MaxBatch).Select(rows => MeasureOne(session, rows, (long)perSize.TotalNanoseconds)).ToArray())
            .ToList();
        return new RunCost([.. Enumerable.Range(0, session.MaxBatch).Select(i => passes.Select(pass => pass[i]).Order().ElementAt(Passes / 2))]);
    }

    private static double MeasureOne(ModelSession session, int rows, long nanoseconds)
    {
        session.Run(rows);
        session.Run(rows);
        var start = ThreadClock.Nanoseconds;
        long used;
        var runs = 0;
        do
        {
            // 16 runs a reading: the clock costs about a tenth of the smallest run.
            for (var i = 0; i < 16; i++)
            {
                session.Run(rows);
            }
            runs += 16;
            used = ThreadClock.Nanoseconds - start;
        }
        while (used < nanoseconds);
        return used / 1000.0 / runs;
    }
}
