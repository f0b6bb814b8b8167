namespace TestKit.Fuzzing;

/// <summary>Numbers that follow from a seed and the number of an input alone, so that one input can be made again without those before it. Not thread-safe.</summary>
public sealed class FuzzRandom
{
    private ulong _state;

    /// <summary>Begins the numbers of one input.</summary>
    public void Begin(ulong seed, long number) => _state = (seed * 0x9E3779B97F4A7C15) ^ (ulong)number;

    /// <summary>From 0 up to, and without, the limit; 0 where there is nothing to choose from.</summary>
    public int Next(int limit) => limit <= 1 ? 0 : (int)(Bits() % (ulong)limit);

    public bool OneIn(int count) => Next(count) == 0;

    public T Of<T>(IReadOnlyList<T> choices) => choices[Next(choices.Count)];

    // SplitMix64.
    public ulong Bits()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
