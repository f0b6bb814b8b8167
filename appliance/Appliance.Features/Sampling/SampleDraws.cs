// Hot path: one draw for each row with an entity.
using System.Runtime.CompilerServices;

namespace Appliance.Features.Sampling;

/// <summary>
/// Draws which rows are kept: a generator (xorshift64*) that its owner holds as a value, so that nothing is shared and a copy draws the same again.
/// </summary>
public struct SampleDraws
{
    private ulong _state;

    /// <param name="seed">Any number; equal ones draw alike.</param>
    public SampleDraws(ulong seed) => _state = seed == 0 ? 0x9E3779B97F4A7C15 : seed;

    /// <summary>Whether it was given a seed.</summary>
    public readonly bool IsSeeded => _state != 0;

    /// <summary>What a draw is compared with: 0 for no row, the greatest for each.</summary>
    /// <param name="rate">0 to 1.</param>
    public static ulong ThresholdOf(double rate) => rate <= 0 ? 0 : rate >= 1 ? ulong.MaxValue : (ulong)(rate * ulong.MaxValue);

    /// <summary>Whether the next row is kept.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Next(ulong threshold)
    {
        var x = _state;
        x ^= x >> 12;
        x ^= x << 25;
        x ^= x >> 27;
        _state = x;
        return x * 0x2545F4914F6CDD1D <= threshold;
    }

    /// <summary>Whether any of the next rows is kept.</summary>
    public bool AnyOf(int rows, ulong threshold)
    {
        var any = false;
        for (var i = 0; i < rows; i++) any |= Next(threshold);
        return any;
    }
}
