namespace Trainer.Data;

/// <summary>
/// Steele, Lea and Flood's SplitMix64: small, seeded, and the same sequence on every runtime version, so that splits never move.
/// </summary>
internal sealed class SplitMix64(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>
    /// A whole number from 0 to below <paramref name="limit"/>; the multiply-shift bias is under 2^-32 for the limits used here.
    /// </summary>
    public int Next(int limit) => (int)Math.BigMul(Next(), (ulong)limit, out _);

    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));

    public void Shuffle(Span<int> values)
    {
        for (var i = values.Length - 1; i > 0; i--)
        {
            var j = Next(i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }
}
