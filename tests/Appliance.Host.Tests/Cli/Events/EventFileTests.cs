using System.Text.RegularExpressions;
using Appliance.Host.Cli.Events;
using Appliance.Host.Cli.Files;
using Appliance.Host.Cli.Sending;
using FeatureModel.Events;
using TestKit;

namespace Appliance.Host.Tests.Cli.Events;

public sealed class EventFileTests(ITestOutputHelper log) : IDisposable
{
    private const int Lines = 300;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("v.csv", false)]
    [InlineData("v.csv.gz", false)]
    [InlineData("v.jsonl", false)]
    [InlineData("v.ndjson.gz", false)]
    [InlineData("v.json", true)]
    public void What_goes_out_as_json_is_taken_as_the_events_that_a_backfill_brings(string name, bool asEvents)
    {
        var seed = Random.Shared.Next();
        log.WriteLine($"seed {seed}");
        var visits = new VisitFile(seed, Lines, hasIds: true);
        visits.Write(_folder[name], Lines, asEvents);
        var sent = Sent(_folder[name]);
        var brought = Brought(_folder[name]);
        Assert.Equal(Lines, brought.Count);
        Assert.Equal(brought, sent);
        Assert.Equal(visits.Events(Lines), brought.Distinct().Count());
    }

    [Fact]
    public void The_same_lines_written_in_another_way_are_the_same_events()
    {
        var seed = Random.Shared.Next();
        log.WriteLine($"seed {seed}");
        var visits = new VisitFile(seed, Lines, hasIds: true);
        foreach (var name in (string[])["a.csv", "b.csv.gz"]) visits.Write(_folder[name], Lines);
        Assert.Equal(Brought(_folder["a.csv"]), Brought(_folder["b.csv.gz"]));
    }

    [Fact]
    public void Lines_that_are_added_change_no_id_of_those_before()
    {
        var seed = Random.Shared.Next();
        log.WriteLine($"seed {seed}");
        var visits = new VisitFile(seed, Lines, hasIds: false);
        visits.Write(_folder["part.csv"], Lines / 2);
        visits.Write(_folder["whole.csv"], Lines);
        Assert.Equal(Brought(_folder["part.csv"]), Brought(_folder["whole.csv"])[..(Lines / 2)]);
    }

    [Fact]
    public void A_file_that_ends_where_it_should_not_is_told_with_the_line_that_was_read_last()
    {
        foreach (var name in (string[])["v.csv.gz", "v.jsonl.gz"])
        {
            new VisitFile(1, 5_000, hasIds: false).Write(_folder[name], 5_000);
            var whole = File.ReadAllBytes(_folder[name]);
            File.WriteAllBytes(_folder[name], whole[..(whole.Length / 2)]);
            var torn = Assert.Throws<UnreadableFileException>(() => Brought(_folder[name])).Message;
            Assert.Matches($"^{Regex.Escape(_folder[name])}: it cannot be read behind line [1-9][0-9]*: ", torn);
        }
    }

    // As a backfill sends them: binary.
    private static List<EventId> Brought(string path)
    {
        using var file = Open(path);
        using var records = new EventRecordBuffer();
        LineStatus status;
        while ((status = file.Read(records)) != LineStatus.End) Assert.True(status == LineStatus.Read, file.Fault?.ToString());
        return Ids(records);
    }

    // As events send has them on their way, read as the appliance reads bodies.
    private static List<EventId> Sent(string path)
    {
        using var bodies = new EventBodies(Open(path), new Dictionary<string, SourceClock>(), now: 0, eventsPerBody: 70);
        using var records = new EventRecordBuffer();
        while (bodies.Next() is { } body) Assert.True(records.TryAddJson(body.Bytes.Span, EventLimits.Default, 5, out var refusal), refusal?.ToString());
        Assert.Null(bodies.Fault);
        return Ids(records);
    }

    private static EventFile Open(string path) =>
        new(InputFile.IsJson(path) ? new JsonEventReader(path, "visits", VisitFile.Shape) : new CsvEventReader(path, VisitFile.Shape), null);

    private static List<EventId> Ids(EventRecordBuffer records)
    {
        var ids = new List<EventId>();
        for (var bytes = records.Bytes; EventRecord.TryParse(bytes, out var record); bytes = bytes[record.Bytes.Length..]) ids.Add(record.Id);
        Assert.Equal(records.Count, ids.Count);
        return ids;
    }
}
