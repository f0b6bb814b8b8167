// Hot path: most pseudo-header fields of a request are entries of this table.
using System.Text;

namespace Appliance.Http2.Hpack;

/// <summary>The 61 fields that both sides know from the start: RFC 7541, Appendix A. Thread-safe.</summary>
internal static class HpackStaticTable
{
    public const int Count = 61;

    private static readonly Entry[] _entries =
    [
        Of(":authority"), Of(":method", "GET"), Of(":method", "POST"), Of(":path", "/"), Of(":path", "/index.html"),
        Of(":scheme", "http"), Of(":scheme", "https"), Of(":status", "200"), Of(":status", "204"), Of(":status", "206"),
        Of(":status", "304"), Of(":status", "400"), Of(":status", "404"), Of(":status", "500"), Of("accept-charset"),
        Of("accept-encoding", "gzip, deflate"), Of("accept-language"), Of("accept-ranges"), Of("accept"),
        Of("access-control-allow-origin"), Of("age"), Of("allow"), Of("authorization"), Of("cache-control"),
        Of("content-disposition"), Of("content-encoding"), Of("content-language"), Of("content-length"), Of("content-location"),
        Of("content-range"), Of("content-type"), Of("cookie"), Of("date"), Of("etag"), Of("expect"), Of("expires"), Of("from"),
        Of("host"), Of("if-match"), Of("if-modified-since"), Of("if-none-match"), Of("if-range"), Of("if-unmodified-since"),
        Of("last-modified"), Of("link"), Of("location"), Of("max-forwards"), Of("proxy-authenticate"), Of("proxy-authorization"),
        Of("range"), Of("referer"), Of("refresh"), Of("retry-after"), Of("server"), Of("set-cookie"), Of("strict-transport-security"),
        Of("transfer-encoding"), Of("user-agent"), Of("vary"), Of("via"), Of("www-authenticate"),
    ];

    /// <param name="index">1 to <see cref="Count"/>.</param>
    public static HpackField Get(int index)
    {
        ref readonly var entry = ref _entries[index - 1];
        return new(entry.Known, entry.Name, entry.Value);
    }

    private static Entry Of(string name, string value = "")
    {
        var bytes = Encoding.ASCII.GetBytes(name);
        return new(KnownHeaderNames.Find(bytes), bytes, Encoding.ASCII.GetBytes(value));
    }

    private readonly record struct Entry(KnownHeader Known, byte[] Name, byte[] Value);
}
