using System.Globalization;
using System.IO.Compression;

namespace Appliance.Scoring.Tests.Samples;

/// <summary>The shipped events of the first sample members, in order of time.</summary>
internal static class MemberEvents
{
    /// <summary>Time, member and the event as the journal takes it.</summary>
    public static List<(DateTimeOffset Time, long Member, string Json)> Of(int members)
    {
        using var file = File.OpenRead(Path.Combine(MemberModel.Root(), "samples", "synthetic-members", "events.csv.gz"));
        using var reader = new StreamReader(new GZipStream(file, CompressionMode.Decompress));
        reader.ReadLine();
        var chosen = new HashSet<long>();
        var events = new List<(DateTimeOffset, long, string)>();
        for (var line = 0; reader.ReadLine() is { } text; line++)
        {
            var cells = text.Split(',');
            var member = long.Parse(cells[1], CultureInfo.InvariantCulture);
            if (!chosen.Contains(member) && (chosen.Count == members || !chosen.Add(member))) continue;
            var amount = cells[3].Length == 0 ? "" : $"\"amount\":{cells[3]},";
            events.Add((DateTimeOffset.Parse(cells[0], CultureInfo.InvariantCulture), member, string.Create(
                CultureInfo.InvariantCulture,
                $$$"""{"id":"{{{line}}}","source":"member_events","type":"{{{cells[2]}}}","entity":{"member_id":{{{member}}}},"time":"{{{cells[0]}}}","data":{{{{amount}}}"channel":"{{{cells[4]}}}"}}""")));
        }
        return events;
    }

    /// <summary>A row of a member's profile.</summary>
    public static string Profile(long member, DateTimeOffset time, long tenure, string band, string id) => string.Create(
        CultureInfo.InvariantCulture,
        $$$"""{"id":"{{{id}}}","source":"member_table","type":"row","entity":{"member_id":{{{member}}}},"time":"{{{time:yyyy-MM-dd'T'HH:mm:ss'Z'}}}","data":{"tenure_days":{{{tenure}}},"age_band":"{{{band}}}","store_id":7}}""");
}
