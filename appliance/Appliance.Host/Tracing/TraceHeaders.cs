using System.Text;

namespace Appliance.Host.Tracing;

/// <summary>The file of headers that go to the collector with every call.</summary>
internal static class TraceHeaders
{
    /// <summary>The headers; empty lines and those that begin with # are passed over.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyList<KeyValuePair<string, string>> Read(string file) =>
        [.. Lines(file).Select(l => l.Split(':', 2)).Where(p => p.Length == 2).Select(p => new KeyValuePair<string, string>(p[0].Trim(), p[1].Trim()))];

    /// <summary>What is wrong with the file; null when nothing is. Values are not repeated, as they are secrets.</summary>
    public static string? Problem(string file)
    {
        try
        {
            using var probe = new HttpRequestMessage();
            foreach (var line in Lines(file))
            {
                var parts = line.Split(':', 2);
                // Other characters would only be refused when they are sent, every time.
                if (parts.Length != 2 || parts[0].Trim().Length == 0 || !Ascii.IsValid(line) || !probe.Headers.TryAddWithoutValidation(parts[0].Trim(), parts[1].Trim()))
                {
                    return "each of its lines must be a header in ASCII, 'name: value'";
                }
            }
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"it must be a file that can be read: {e.Message}";
        }
    }

    private static IEnumerable<string> Lines(string file) => File.ReadAllLines(file).Where(l => l.Trim().Length > 0 && l[0] != '#');
}
