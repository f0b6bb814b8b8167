using Appliance.Features.Reading;
using FeatureModel.Values;
using TestKit;

namespace Appliance.Features.Tests.Reading;

public sealed class ReadStatisticsTests : IDisposable
{
    private const string Definitions = """
        {
          "entities": [{ "name": "member", "joinKeys": [{ "name": "member_id", "type": "int64" }] }],
          "sources": [
            { "name": "profiles", "kind": "push", "fields": [{ "name": "age", "type": "int32" }, { "name": "city", "type": "string" }] },
            { "name": "visits", "kind": "events", "fields": [{ "name": "spent", "type": "double" }] }],
          "featureViews": [
            { "name": "profile", "kind": "batch", "entities": ["member"], "source": "profiles", "ttl": "1h",
              "features": [{ "name": "age", "type": "int32" }, { "name": "city", "type": "string" }] },
            { "name": "activity", "kind": "stream", "entities": ["member"], "source": "visits",
              "features": [{ "name": "most_1h", "type": "double", "aggregate": { "function": "max", "field": "spent", "window": "1h" } }] },
            { "name": "derived", "kind": "onDemand", "entities": ["member"], "inputs": ["profile"],
              "features": [{ "name": "older", "type": "int32", "expression": "age + 1" }] }
          ]
        }
        """;

    private readonly FeatureStage _stage = new(Definitions, new DateTimeOffset(2025, 6, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly ReadStatistics _reads = new(new ManualTime(DateTimeOffset.UnixEpoch));

    public void Dispose() => _stage.Dispose();

    [Fact]
    public void Values_are_counted_by_view_and_status_as_the_block_has_them()
    {
        var block = ReadAll();
        _reads.CountersOf(block.Plan).Count(block);
        Assert.Equal([2, 3, 2, 1], CountsOf("profile"));
        Assert.Equal([1, 0, 3, 0], CountsOf("activity"));
        Assert.Equal([2, 2, 0, 0], CountsOf("derived"));
        Assert.Null(_reads.ValuesOf("other", FeatureStatus.Present));
    }

    [Fact]
    public void Statuses_that_an_answer_holds_count_as_those_of_the_block()
    {
        var block = ReadAll();
        var counters = _reads.CountersOf(block.Plan);
        Span<long> tally = stackalloc long[PlanCounters.Statuses];
        for (var output = 0; output < block.Plan.Outputs.Length; output++)
        {
            var statuses = new byte[block.Rows];
            for (var row = 0; row < block.Rows; row++) statuses[row] = (byte)block.Status(output, row);
            counters.Count(output, statuses, tally);
        }
        var other = new ReadStatistics(TimeProvider.System);
        other.CountersOf(block.Plan).Count(block);
        foreach (var view in (string[])["profile", "activity", "derived"])
        {
            Assert.All(Enum.GetValues<FeatureStatus>(), status => Assert.Equal(other.ValuesOf(view, status), _reads.ValuesOf(view, status)));
        }
    }

    [Fact]
    public void Reads_are_counted_by_transport_with_entities_and_durations()
    {
        _reads.Took(ReadTransport.Rest, 3, TimeSpan.FromMicroseconds(40));
        _reads.Took(ReadTransport.Rest, 5, TimeSpan.FromSeconds(7));
        _reads.Refused(ReadTransport.FeastGrpc);
        _reads.Answered(ReadTransport.Scoring, 1, _reads.Begin());
        Assert.Equal((8L, 7_000_040L, 0L), (_reads.EntitiesOf(ReadTransport.Rest), _reads.MicrosOf(ReadTransport.Rest), _reads.RefusedOf(ReadTransport.Rest)));
        var durations = _reads.DurationsOf(ReadTransport.Rest);
        Assert.Equal((1L, 1L, 2L), (durations[ReadStatistics.BoundsMicros.IndexOf(50)], durations[^1], durations.Sum()));
        Assert.Equal((1L, 0L), (_reads.RefusedOf(ReadTransport.FeastGrpc), _reads.DurationsOf(ReadTransport.FeastGrpc).Sum()));
        Assert.Equal((1L, 1L), (_reads.EntitiesOf(ReadTransport.Scoring), _reads.DurationsOf(ReadTransport.Scoring)[0]));
    }

    [Fact]
    public void Rows_that_readers_look_for_are_counted_by_whether_they_are_there()
    {
        var before = (_stage.Table.MemoryHits, _stage.Table.Misses);
        ReadAll();
        _stage.Read(["profile:age"], "member_id", FeatureValue.Of(9L));
        // Three of four profiles, one of four activities; then none.
        Assert.Equal((before.MemoryHits + 4, before.Misses + 5), (_stage.Table.MemoryHits, _stage.Table.Misses));
    }

    // Features of one view stand apart, so that a tally is handed on between them.
    private FeatureBlock ReadAll()
    {
        Row(1, "\"age\":30,\"city\":\"x\"", "2025-06-01T11:30:00Z");
        Row(2, "\"age\":null", "2025-06-01T11:30:00Z");
        Row(3, "\"age\":50", "2025-06-01T10:00:00Z");
        _stage.Take("""{"source":"visits","type":"v","entity":{"member_id":1},"time":"2025-06-01T11:59:00Z","data":{"spent":2}}""");
        return _stage.Read(["profile:age", "activity:most_1h", "derived:older", "profile:city"], "member_id", [.. Enumerable.Range(1, 4).Select(i => FeatureValue.Of((long)i))]);
    }

    private void Row(long member, string data, string time) =>
        _stage.Take($$$"""{"source":"profiles","type":"row","entity":{"member_id":{{{member}}}},"time":"{{{time}}}","data":{ {{{data}}} }}""");

    private long?[] CountsOf(string view) =>
        [.. ((FeatureStatus[])[FeatureStatus.Present, FeatureStatus.NullValue, FeatureStatus.NotFound, FeatureStatus.OutsideMaxAge]).Select(s => _reads.ValuesOf(view, s))];
}
