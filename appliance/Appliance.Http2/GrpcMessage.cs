using System.Text;

namespace Appliance.Http2;

/// <summary>The value of grpc-message.</summary>
public static class GrpcMessage
{
    /// <summary>Printable ASCII but '%' as it is, every other byte of the UTF-8 as %XX.</summary>
    public static string PercentEncode(string message)
    {
        var encoded = new StringBuilder(message.Length + 8);
        foreach (var b in Encoding.UTF8.GetBytes(message))
        {
            if (b is >= 0x20 and <= 0x7E and not (byte)'%') encoded.Append((char)b);
            else encoded.Append('%').Append(b.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        }
        return encoded.ToString();
    }
}
