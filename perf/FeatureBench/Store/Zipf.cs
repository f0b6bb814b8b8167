namespace FeatureBench.Store;

/// <summary>Ranks drawn with a zipfian frequency, by Gray's method as in YCSB (theta 0.99), scattered over the ids.</summary>
internal sealed class Zipf
{
    private const double Theta = 0.99;

    private readonly long _count;
    private readonly double _zetan;
    private readonly double _eta;

    public Zipf(long count)
    {
        _count = count;
        for (long i = 1; i <= count; i++) _zetan += 1 / Math.Pow(i, Theta);
        var zeta2 = 1 + Math.Pow(0.5, Theta);
        _eta = (1 - Math.Pow(2.0 / count, 1 - Theta)) / (1 - (zeta2 / _zetan));
    }

    public long Next(Random random)
    {
        var u = random.NextDouble();
        var uz = u * _zetan;
        long rank;
        if (uz < 1) rank = 0;
        else if (uz < 1 + Math.Pow(0.5, Theta)) rank = 1;
        else rank = (long)(_count * Math.Pow((_eta * u) - _eta + 1, 1 / (1 - Theta)));
        return (long)((ulong)Math.Min(rank, _count - 1) * 0x9E3779B97F4A7C15 % (ulong)_count);
    }
}
