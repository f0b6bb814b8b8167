// Hot path: one header per call.
namespace Appliance.Host.Grpc;

/// <summary>Reads the grpc-timeout header: up to eight digits and a unit.</summary>
internal static class GrpcTimeout
{
    /// <summary>The timeout in seconds; false for a malformed value.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out double seconds)
    {
        seconds = 0;
        if (text.Length is < 2 or > 9 || !long.TryParse(text[..^1], System.Globalization.NumberStyles.None, null, out var number)) return false;
        var unit = text[^1] switch
        {
            'H' => 3600.0,
            'M' => 60.0,
            'S' => 1.0,
            'm' => 1e-3,
            'u' => 1e-6,
            'n' => 1e-9,
            _ => 0.0,
        };
        seconds = number * unit;
        return unit > 0;
    }
}
