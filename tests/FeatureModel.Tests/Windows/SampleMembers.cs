using System.Globalization;
using System.IO.Compression;

namespace FeatureModel.Tests.Windows;

/// <summary>The events of samples/synthetic-members by member; points are the amount in hundredths, so that there is an integer to sum.</summary>
internal static class SampleMembers
{
    private static readonly Lazy<IReadOnlyDictionary<long, List<RawEvent>>> Loaded = new(Load);

    public static IReadOnlyDictionary<long, List<RawEvent>> Events => Loaded.Value;

    public static long Day(int day) => Micros(new DateTime(2025, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddDays(day));

    private static Dictionary<long, List<RawEvent>> Load()
    {
        var path = Path.Combine(Root(), "samples", "synthetic-members", "events.csv.gz");
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        Assert.Equal("event_time,member_id,event,amount,channel", reader.ReadLine());
        var members = new Dictionary<long, List<RawEvent>>();
        for (var arrival = 0L; reader.ReadLine() is { } line; arrival++)
        {
            var cells = line.Split(',');
            var member = long.Parse(cells[1], CultureInfo.InvariantCulture);
            if (!members.TryGetValue(member, out var events)) members[member] = events = [];
            double? amount = cells[3] == "" ? null : double.Parse(cells[3], CultureInfo.InvariantCulture);
            var time = DateTime.Parse(cells[0], CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);
            long? points = amount is { } value ? (long)Math.Round(value * 100) : null;
            events.Add(new RawEvent(Micros(time), arrival, cells[2], amount, points, cells[4] == "" ? null : cells[4]));
        }
        return members;
    }

    private static long Micros(DateTime time) => (time - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    public static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Appliance.sln"))) return folder.FullName;
        }
        throw new DirectoryNotFoundException($"no folder above {AppContext.BaseDirectory} holds Appliance.sln");
    }
}
