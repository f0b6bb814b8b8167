namespace Appliance.Host.Cli.Bench;

/// <summary>
/// Looks for the highest rate at which requests that arrive at random meet a bound on their 99th percentile, as the Server scenario of MLPerf Inference asks
/// (its rules of the load generator, "Server"): doubles until the bound is broken, halves the ratio between what met it and what broke it, then holds
/// the rate found for longer and gives way in small steps where the longer run breaks the bound. Not thread-safe.
/// </summary>
/// <param name="run">Runs at a rate in requests a second, for so long.</param>
/// <param name="told">Is given every run as it ends, and whether it met the bound.</param>
internal sealed class BenchSearch(BenchArguments arguments, Func<double, TimeSpan, BenchTrial> run, Action<BenchTrial, bool> told)
{
    /// <summary>Below it there is nothing to find.</summary>
    public const double LowestRate = 1;

    /// <summary>What one generator of this kind can be asked for at most.</summary>
    public const double HighestRate = 1_000_000;

    /// <summary>The longer run is noise-bound: a rate that only just met the bound gives way a few times at most.</summary>
    private const int Confirmations = 8;

    /// <summary>The longer run that met the bound; null where no rate does.</summary>
    public BenchTrial? Find()
    {
        var (met, broke) = Bracket();
        if (met is null) return null;
        while (broke is { } high && high / met.Value > 1 + arguments.Precision)
        {
            var middle = Math.Sqrt(met.Value * high);
            if (Meets(middle, arguments.Duration)) met = middle;
            else broke = middle;
        }
        var rate = met.Value;
        for (var i = 0; i < Confirmations; i++, rate /= 1 + arguments.Precision)
        {
            if (Try(rate, arguments.Confirmation) is var trial && trial.Meets(arguments.Bound)) return trial;
        }
        return null;
    }

    private (double? Met, double? Broke) Bracket()
    {
        (double? met, double? broke) = (null, null);
        for (var rate = arguments.StartRate; rate is >= LowestRate and <= HighestRate;)
        {
            if (Meets(rate, arguments.Duration)) met = rate;
            else broke = rate;
            if (met is not null && broke is not null) break;
            rate = met is not null ? rate * 2 : rate / 2;
        }
        return (met, broke);
    }

    private bool Meets(double rate, TimeSpan duration) => Try(rate, duration).Meets(arguments.Bound);

    private BenchTrial Try(double rate, TimeSpan duration)
    {
        var trial = run(Math.Round(rate, rate < 100 ? 1 : 0), duration);
        told(trial, trial.Meets(arguments.Bound));
        return trial;
    }
}
