using System.Globalization;
using System.Text.Json;
using Appliance.Features.Ingest;
using Appliance.Features.Journal;
using Appliance.Features.Reading;
using Appliance.Features.Tests.Journal;
using Appliance.Features.Verification;
using FeatureModel.Events;
using FeatureModel.Values;
using Microsoft.Extensions.Logging.Abstractions;
using TestKit;

namespace Appliance.Features.Tests.Ingest;

/// <summary>Rows that are for one of several views over a source, all of one key.</summary>
public sealed class OneViewRowTests : IDisposable
{
    private const string Definitions = """
        {
          "entities": [{ "name": "truck", "joinKeys": [{ "name": "plate", "type": "string" }] }],
          "sources": [{ "name": "shared", "kind": "push" }, { "name": "other", "kind": "push" }],
          "featureViews": [
            { "name": "va", "kind": "batch", "entities": ["truck"], "source": "shared", "features": [{ "name": "a", "type": "int64" }, { "name": "both", "type": "int64" }] },
            { "name": "vb", "kind": "batch", "entities": ["truck"], "source": "shared", "features": [{ "name": "b", "type": "int64" }, { "name": "both", "type": "int64" }] },
            { "name": "vo", "kind": "batch", "entities": ["truck"], "source": "other", "features": [{ "name": "o", "type": "int64" }] }
          ]
        }
        """;

    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly FeatureStage _stage = new(Definitions, Noon);

    public void Dispose() => _stage.Dispose();

    [Fact]
    public void A_row_for_one_view_leaves_the_others_as_they_are()
    {
        _stage.Take(Row("""{"a":1,"b":2,"both":3}"""));
        Assert.Equal(IngestOutcome.Applied, _stage.Send(ForView("va", """{"a":10,"both":30}""", minute: 1)));

        Assert.Equal(["10", "30", "2", "3"], Values());
    }

    [Fact]
    public void A_row_for_a_view_that_has_gone_or_has_another_source_is_passed_over()
    {
        Assert.Equal(IngestOutcome.Applied, _stage.Send(ForView(Number("vo"), """{"a":10,"both":30}""", 1)));
        Assert.Equal(IngestOutcome.Applied, _stage.Send(ForView(999, """{"a":10,"both":30}""", 1)));
        Assert.Equal(["null", "null", "null", "null"], Values());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_replay_knows_the_rows_that_the_loop_has_written(int seed)
    {
        string[] views = ["va", "vb", "vo"];
        var histories = new EntityHistories(10_000);
        var replay = new EventReplay(_stage.Catalog, histories, new VerificationSettings(new IngestOptions(), new StreamProgress(0), _stage.Table.MaxRowBytes, (_, _) => true, 0));
        var rows = views.Select(v => EventReplay.RowKey(View(v), new Dictionary<string, FeatureValue> { ["plate"] = FeatureValue.Of("s1") })!.Value).ToArray();
        foreach (var row in rows) histories.Want(row);
        var random = new Random(seed);
        for (var i = 0; i < 500; i++)
        {
            var data = string.Create(CultureInfo.InvariantCulture, $$"""{"a":{{random.Next(9)}},"b":{{random.Next(9)}},"both":{{(random.Next(9) == 0 ? "\"x\"" : $"{i}")}}}""");
            var paged = random.Next(4) switch
            {
                0 => _stage.Paged(Row(data, minute: i % 50)),
                1 => ForView(999, data, i % 50),
                _ => ForView(views[random.Next(3)], data, i % 50),
            };
            _stage.Time.Advance(TimeSpan.FromSeconds(1));
            var isTaken = _stage.Send(paged) == IngestOutcome.Applied;
            Assert.True(EventRecord.TryParse(paged.Record.Span, out var record));
            Assert.True(isTaken == replay.Take(record, paged.Position), $"row {i}, seed {seed}: {_stage.Refusal.Text}");
        }
        Assert.Equal(Values(), Newest(histories, rows, 0).Concat(Newest(histories, rows, 1)));
        Assert.Empty(histories.Of(rows[2]).Events);
    }

    [Fact]
    public void The_journal_keeps_whom_a_row_is_for_and_counts_each_once()
    {
        using var bed = new JournalBed();
        ReadOnlyMemory<byte>[] records = [_stage.Paged(Row("""{"a":1}""")).Record, ForView(1, """{"a":1}""", 0).Record, ForView(2, """{"a":1}""", 0).Record];
        foreach (var record in records) Assert.False(bed.Journal.Append(record.Span).Duplicate);
        bed.Wait(bed.Journal.EndPosition - 1);

        var reopened = bed.Reopen();
        using var reader = reopened.ReadFrom(0);
        var views = new List<uint>();
        while (reader.Read() == JournalReadOutcome.Records)
        {
            foreach (var entry in reader.Batch)
            {
                Assert.True(entry.TryGetRecord(out var record));
                views.Add(record.RowView);
            }
        }
        Assert.Equal([0u, 1u, 2u], views);
        foreach (var record in records) Assert.True(reopened.Append(record.Span).Duplicate);
    }

    [Fact]
    public void A_dead_letter_says_whom_its_row_was_for()
    {
        using var folder = new TemporaryFolder();
        using (var letters = new FileDeadLetters(folder.Path, 1 << 20, 1, NullLogger.Instance))
        {
            letters.Add(ForView(5, """{"a":1}""", 0), RefusalReason.Future, "in the future");
            letters.Add(_stage.Paged(Row("""{"a":1}""")), RefusalReason.Future, "in the future");
            Assert.True(letters.Flush());
        }
        var lines = Directory.GetFiles(folder.Path).SelectMany(File.ReadLines).Select(l => JsonDocument.Parse(l).RootElement).ToArray();
        Assert.Equal(5, lines[0].GetProperty("viewNumber").GetInt32());
        Assert.False(lines[1].TryGetProperty("viewNumber", out _));
    }

    private static string Row(string data, int minute = 0) => string.Create(
        CultureInfo.InvariantCulture, $$"""{"source":"shared","type":"row","entity":{"plate":"s1"},"time":"2026-03-01T11:{{minute:D2}}:00Z","data":{{data}}}""");

    private PagedEvent ForView(string view, string data, int minute) => ForView(Number(view), data, minute);

    private PagedEvent ForView(uint view, string data, int minute)
    {
        var paged = _stage.Paged(Row(data, minute));
        Assert.True(EventRecord.TryParse(paged.Record.Span, out var record));
        var parts = EventParts.Of(record) with { RowView = view };
        var bytes = new byte[parts.Size];
        parts.WriteTo(bytes);
        return paged with { Record = bytes };
    }

    private ServedView View(string name)
    {
        Assert.True(_stage.Catalog.TryFindView(name, out var view));
        return view!;
    }

    private uint Number(string view) => View(view).Number;

    private IEnumerable<string> Values()
    {
        var block = _stage.Read(["va:a", "va:both", "vb:b", "vb:both"], "plate", FeatureValue.Of("s1"));
        return Enumerable.Range(0, 4).Select(i => Text(block.Value(i, 0))).ToArray();
    }

    // By the rule of the store: the newest event time, then the later created time, which here is the ingest time.
    private static IEnumerable<string> Newest(EntityHistories histories, UInt128[] rows, int view)
    {
        var newest = histories.Of(rows[view]).Events.OrderBy(e => e.EventTime).ThenBy(e => e.CreatedTime).Last();
        // The source's columns are a, b and both.
        return [Text(newest.Fields[view]), Text(newest.Fields[2])];
    }

    private static string Text(FeatureValue value) => value.IsNull ? "null" : value.AsInt64.ToString(CultureInfo.InvariantCulture);
}
