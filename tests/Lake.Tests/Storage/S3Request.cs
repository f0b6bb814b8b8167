using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Lake.Tests.Storage;

/// <summary>A request to S3 as it came over the wire. Immutable.</summary>
/// <param name="Method">GET, HEAD, PUT, POST or DELETE.</param>
/// <param name="Target">Path and query, as they were written.</param>
/// <param name="Headers">The other lines of its head.</param>
/// <param name="Body">Its body.</param>
internal sealed record S3Request(string Method, string Target, IReadOnlyList<string> Headers, byte[] Body)
{
    private const string HeadEnd = "\r\n\r\n";

    private string Path => Target.Split('?')[0].TrimStart('/');

    /// <summary>The bucket.</summary>
    public string Bucket => Path.Split('/')[0];

    /// <summary>The object's key; empty for the bucket itself.</summary>
    public string Key => Path.Contains('/', StringComparison.Ordinal) ? Uri.UnescapeDataString(Path[(Path.IndexOf('/', StringComparison.Ordinal) + 1)..]) : "";

    /// <summary>Whether it is to create an object, and not to replace one.</summary>
    public bool IsConditional => Headers.Any(h => h.Replace(" ", "", StringComparison.Ordinal).Equals("If-None-Match:*", StringComparison.OrdinalIgnoreCase));

    /// <summary>The upload in parts that it is about; null for none.</summary>
    public string? Upload => Query("uploadId");

    /// <summary>Whether it brings a part of an upload.</summary>
    public bool IsPart => Method == "PUT" && Query("partNumber") is not null;

    /// <summary>Whether it asks for a copy of an archived object.</summary>
    public bool IsRestore => Method == "POST" && Target.Contains("?restore", StringComparison.Ordinal);

    /// <summary>The bytes that it asks for, as <c>first-last</c>; null for all.</summary>
    public string? Range => Headers.Where(h => h.StartsWith("Range:", StringComparison.OrdinalIgnoreCase)).Select(h => h.Split('=')[1].Trim()).FirstOrDefault();

    /// <summary>What it is, for people: <c>PUT t/metadata/v1.metadata.json</c>.</summary>
    public override string ToString() => $"{Method} {Key}";

    /// <summary>The next request of a connection; null at its end.</summary>
    public static async Task<S3Request?> ReadAsync(NetworkStream stream, CancellationToken cancellation)
    {
        var bytes = new byte[1 << 14];
        int length = 0, head;
        while ((head = bytes.AsSpan(0, length).IndexOf(Encoding.ASCII.GetBytes(HeadEnd))) < 0)
        {
            if (length == bytes.Length) Array.Resize(ref bytes, 2 * length);
            var read = await stream.ReadAsync(bytes.AsMemory(length), cancellation);
            if (read == 0) return null;
            length += read;
        }
        var lines = Encoding.Latin1.GetString(bytes, 0, head).Split("\r\n");
        if (lines.Any(l => l.StartsWith("Expect:", StringComparison.OrdinalIgnoreCase))) await stream.WriteAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray(), cancellation);
        var body = new byte[Length(lines)];
        var there = bytes.AsMemory(head + HeadEnd.Length, length - head - HeadEnd.Length);
        there.CopyTo(body);
        await stream.ReadExactlyAsync(body.AsMemory(there.Length), cancellation);
        var first = lines[0].Split(' ');
        return new S3Request(first[0], first[1], lines[1..], body);
    }

    /// <summary>The request as it goes to the server: its head is signed and stays as it is, but for what is between two hops.</summary>
    public byte[] Forwarded()
    {
        var own = Headers.Where(h => !h.StartsWith("Connection:", StringComparison.OrdinalIgnoreCase) && !h.StartsWith("Expect:", StringComparison.OrdinalIgnoreCase));
        return [.. Encoding.Latin1.GetBytes($"{Method} {Target} HTTP/1.1\r\n{string.Join("\r\n", own)}\r\nConnection: close{HeadEnd}"), .. Body];
    }

    private static int Length(string[] lines) =>
        lines.FirstOrDefault(l => l.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)) is { } line ? int.Parse(line.Split(':')[1], CultureInfo.InvariantCulture) : 0;

    private string? Query(string name) =>
        Target.Contains('?', StringComparison.Ordinal) ? Target[(Target.IndexOf('?', StringComparison.Ordinal) + 1)..].Split('&').Where(p => p.StartsWith($"{name}=", StringComparison.Ordinal)).Select(p => p[(name.Length + 1)..]).FirstOrDefault() : null;
}
