// Hot path for BF16 tensors in JSON.
namespace Appliance.Host.Rest.V2;

/// <summary>The 16-bit float that is the upper half of a 32-bit one, as its bits.</summary>
internal static class BFloat16
{
    private const int ExponentBits = 0x7F80;

    public static bool IsFinite(ushort bits) => (bits & ExponentBits) != ExponentBits;

    /// <summary>Exact: every value is a float.</summary>
    public static float ToSingle(ushort bits) => BitConverter.Int32BitsToSingle(bits << 16);

    /// <summary>The nearest value, ties to even; too large becomes infinite.</summary>
    public static ushort FromDouble(double number)
    {
        if (double.IsNaN(number)) return 0x7FC0;
        // To a float by "round to odd" first, so that the second rounding sees whether anything was cut off.
        var single = (float)number;
        var bits = BitConverter.SingleToInt32Bits(single);
        if (single != number && double.IsFinite(number))
        {
            if (Math.Abs((double)single) > Math.Abs(number)) bits--;
            bits |= 1;
        }
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }
}
