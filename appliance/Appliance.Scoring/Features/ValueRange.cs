using System.Globalization;
using Appliance.Inference.Tensors;

namespace Appliance.Scoring.Features;

/// <summary>The numbers that a tensor of some datatype can hold.</summary>
/// <param name="MaxMagnitude">Largest finite number of a floating-point type; 0 for others.</param>
/// <param name="Min">Smallest whole number of an integer type; 0 for others.</param>
/// <param name="Max">Largest whole number of an integer type that a signed 64-bit value reaches; 0 for others.</param>
public readonly record struct ValueRange(double MaxMagnitude, long Min, long Max)
{
    // The largest finite bfloat16: the upper half of 0x7F7F0000 read as a float.
    private const double BFloat16Max = 3.3895313892515355e38;

    public static ValueRange Of(Datatype datatype) => datatype switch
    {
        Datatype.FP16 => new((double)Half.MaxValue, 0, 0),
        Datatype.BF16 => new(BFloat16Max, 0, 0),
        Datatype.FP32 => new(float.MaxValue, 0, 0),
        Datatype.FP64 => new(double.MaxValue, 0, 0),
        Datatype.Bool => new(0, 0, 1),
        Datatype.Int8 => new(0, sbyte.MinValue, sbyte.MaxValue),
        Datatype.Int16 => new(0, short.MinValue, short.MaxValue),
        Datatype.Int32 => new(0, int.MinValue, int.MaxValue),
        Datatype.Int64 => new(0, long.MinValue, long.MaxValue),
        Datatype.UInt8 => new(0, 0, byte.MaxValue),
        Datatype.UInt16 => new(0, 0, ushort.MaxValue),
        Datatype.UInt32 => new(0, 0, uint.MaxValue),
        Datatype.UInt64 => new(0, 0, long.MaxValue),
        _ => default,
    };

    /// <summary>Whether the number fits; NaN always does.</summary>
    public bool Holds(double value) => !(Math.Abs(value) > MaxMagnitude);

    public bool Holds(long value) => value >= Min && value <= Max;

    /// <summary>The range in words, for a message.</summary>
    public override string ToString() => MaxMagnitude > 0
        ? string.Create(CultureInfo.InvariantCulture, $"between {-MaxMagnitude:R} and {MaxMagnitude:R}")
        : string.Create(CultureInfo.InvariantCulture, $"between {Min} and {Max}");
}
