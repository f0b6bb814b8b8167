using System.Globalization;
using System.IO.Compression;
using EndToEnd.Tests.Processes;

namespace EndToEnd.Tests.Features.Members;

/// <summary>The files of samples/synthetic-members.</summary>
internal static class SampleMembers
{
    private static string Folder => Path.Combine(RepositoryRoot.Path, "samples/synthetic-members");

    /// <summary>All events in the order of the file, moved by whole days so that the newest lies less than a day before the given moment.</summary>
    public static List<MemberEvent> Events(long nowMicros)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(Path.Combine(Folder, "events.csv.gz")), CompressionMode.Decompress));
        Assert.Equal("event_time,member_id,event,amount,channel", reader.ReadLine());
        var events = new List<MemberEvent>();
        while (reader.ReadLine() is { } line)
        {
            var cells = line.Split(',');
            var time = DateTimeOffset.Parse(cells[0], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
            events.Add(new MemberEvent(events.Count, long.Parse(cells[1], CultureInfo.InvariantCulture), cells[2], cells[3], cells[4], (time - DateTimeOffset.UnixEpoch).Ticks / 10));
        }
        const long Day = 86_400_000_000;
        var shift = (nowMicros - events.Max(e => e.TimeMicros)) / Day * Day;
        return [.. events.Select(e => e with { TimeMicros = e.TimeMicros + shift })];
    }

    /// <summary>Members with tenure, age band and store, each as the file has it.</summary>
    public static List<(long Member, string Tenure, string Band, string Store)> Profiles() =>
        [.. File.ReadLines(Path.Combine(Folder, "members.csv")).Skip(1).Select(l => l.Split(',')).Select(c => (long.Parse(c[0], CultureInfo.InvariantCulture), c[1], c[2], c[3]))];
}
