using System.Globalization;
using System.IO.Compression;

namespace Appliance.Features.Tests.Integration;

/// <summary>The shipped events of the sample members: 153,000 over January 2025, in order.</summary>
internal static class SampleEvents
{
    public static List<SampleEvent> Read()
    {
        using var file = File.OpenRead(SourceRoot.Find("samples", "synthetic-members", "events.csv.gz"));
        using var reader = new StreamReader(new GZipStream(file, CompressionMode.Decompress));
        reader.ReadLine();
        var events = new List<SampleEvent>();
        while (reader.ReadLine() is { } line)
        {
            var parts = line.Split(',');
            events.Add(new SampleEvent(events.Count, parts[0], long.Parse(parts[1], CultureInfo.InvariantCulture), parts[2], parts[3], parts[4]));
        }
        return events;
    }
}
