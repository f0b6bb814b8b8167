using Appliance.Features.Reading;
using FeatureModel.Values;

namespace Appliance.Features.Tests.Reading;

/// <summary>What rows of before say of a view that has changed, or has come back.</summary>
public sealed class ChangedViewTests : IDisposable
{
    private const string Nothing = """{"entities":[{"name":"member","joinKeys":[{"name":"member_id","type":"int64"}]}]}""";

    private const string Count = """{"name":"visits","type":"int64","aggregate":{"function":"count","window":"1h"}}""";

    private static readonly DateTimeOffset Noon = new(2025, 6, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly FeatureStage _stage = new(Definitions(Count), Noon);

    public void Dispose() => _stage.Dispose();

    [Fact]
    public void A_feature_that_is_added_reads_what_it_gives_for_no_events_before_the_next_one_comes()
    {
        Visit("2025-06-01T11:50:00Z");
        _stage.Define(Definitions(
            Feature("added", "int64", "\"function\":\"count\",\"where\":\"type == 'buy'\",\"window\":\"1h\""), Count,
            Feature("spent", "double", "\"function\":\"sum\",\"field\":\"spent\",\"window\":\"1h\""),
            Feature("shops", "int64", "\"function\":\"distinct\",\"field\":\"spent\",\"window\":\"1h\""),
            Feature("pace", "double", "\"function\":\"decayed\",\"halfLife\":\"1h\""),
            Feature("most", "double", "\"function\":\"max\",\"field\":\"spent\",\"window\":\"1h\""),
            Feature("usual", "double", "\"function\":\"mean\",\"field\":\"spent\",\"window\":\"1h\""),
            Feature("newest", "double", "\"function\":\"last\",\"field\":\"spent\",\"window\":\"1h\"")));

        var block = Read("activity");

        FeatureValue[] expected =
        [
            FeatureValue.Of(0L), FeatureValue.Of(1L), FeatureValue.Of(0.0), FeatureValue.Of(0L), FeatureValue.Of(0.0), FeatureValue.Null, FeatureValue.Null, FeatureValue.Null,
        ];
        Assert.Equal(expected, Enumerable.Range(0, expected.Length).Select(i => block.Value(i, 0)));
        Assert.Equal(
            expected.Select(v => v.IsNull ? FeatureStatus.NullValue : FeatureStatus.Present), Enumerable.Range(0, expected.Length).Select(i => block.Status(i, 0)));
        // A member without a row has none, and what a read said is what the next event adds to.
        Assert.Equal(FeatureStatus.NotFound, _stage.Read(["activity"], "member_id", FeatureValue.Of(8L)).Status(0, 0));
        Visit("2025-06-01T11:55:00Z");
        Assert.Equal([FeatureValue.Of(0L), FeatureValue.Of(2L)], [Read("activity").Value(0, 0), Read("activity").Value(1, 0)]);
    }

    [Fact]
    public void A_shorter_window_reads_what_the_row_kept_for_the_longer_one()
    {
        _stage.Define(Definitions(Feature("long", "int64", "\"function\":\"count\",\"window\":\"45d\"")));
        Visit("2025-06-01T11:50:00Z");
        _stage.Define(Definitions(
            Feature("long", "int64", "\"function\":\"count\",\"window\":\"45d\""), Feature("short", "int64", "\"function\":\"count\",\"window\":\"30d\"")));
        Assert.Equal(FeatureValue.Of(1L), Read("activity:short").Value(0, 0));
        Visit("2025-06-01T11:51:00Z");
        Assert.Equal(FeatureValue.Of(2L), Read("activity:short").Value(0, 0));
    }

    [Fact]
    public void Panes_whose_field_is_gone_count_as_none()
    {
        _stage.Define(Definitions(Feature("spent", "double", "\"function\":\"sum\",\"field\":\"spent\",\"window\":\"1h\"")));
        Visit("2025-06-01T11:50:00Z", spent: 5);
        _stage.Define(Definitions(Count).Replace("spent", "paid", StringComparison.Ordinal));
        Assert.Equal((FeatureStatus.Present, FeatureValue.Of(0L)), (Read("activity:visits").Status(0, 0), Read("activity:visits").Value(0, 0)));
        Visit("2025-06-01T11:51:00Z");
        Assert.Equal(FeatureValue.Of(1L), Read("activity:visits").Value(0, 0));
    }

    [Fact]
    public void A_view_that_was_deleted_and_declared_again_has_no_rows_of_before()
    {
        Visit("2025-06-01T11:50:00Z");
        Row(30, "2025-06-01T11:50:00Z");
        _stage.Define(Nothing);
        _stage.Define(Definitions(Count));

        foreach (var feature in new[] { "activity:visits", "profile:age" })
        {
            var block = Read(feature);
            Assert.Equal((FeatureStatus.NotFound, 0L), (block.Status(0, 0), block.EventTime(0, 0)));
            Assert.True(block.Value(0, 0).IsNull);
        }

        // Neither do its times count against what comes now.
        Visit("2025-06-01T11:40:00Z");
        Row(31, "2025-06-01T11:40:00Z");
        Assert.Equal((FeatureValue.Of(1L), Micros("11:40")), (Read("activity:visits").Value(0, 0), Read("activity:visits").EventTime(0, 0)));
        Assert.Equal((FeatureValue.Of(31), Micros("11:40")), (Read("profile:age").Value(0, 0), Read("profile:age").EventTime(0, 0)));
    }

    private static long Micros(string time) => FeatureStage.Micros(DateTimeOffset.Parse($"2025-06-01T{time}:00Z", System.Globalization.CultureInfo.InvariantCulture));

    private static string Feature(string name, string type, string aggregate) => $$"""{"name":"{{name}}","type":"{{type}}","aggregate":{ {{aggregate}} } }""";

    private static string Definitions(params string[] features) => $$"""
        {
          "entities": [{ "name": "member", "joinKeys": [{ "name": "member_id", "type": "int64" }] }],
          "sources": [
            { "name": "events", "kind": "events", "fields": [{ "name": "spent", "type": "double" }] },
            { "name": "profiles", "kind": "push", "fields": [{ "name": "age", "type": "int32" }] }
          ],
          "featureViews": [
            { "name": "activity", "kind": "stream", "entities": ["member"], "source": "events", "features": [{{string.Join(',', features)}}] },
            { "name": "profile", "kind": "batch", "entities": ["member"], "source": "profiles", "features": [{ "name": "age", "type": "int32" }] }
          ]
        }
        """;

    private FeatureBlock Read(string feature) => _stage.Read([feature], "member_id", FeatureValue.Of(7L));

    private void Visit(string time, double? spent = null) =>
        _stage.Take($$$"""{"source":"events","type":"visit","entity":{"member_id":7},"time":"{{{time}}}","data":{{{{(spent is null ? "" : $"\"spent\":{spent}")}}}}}""");

    private void Row(int age, string time) => _stage.Take($$$"""{"source":"profiles","type":"row","entity":{"member_id":7},"time":"{{{time}}}","data":{"age":{{{age}}}}}""");
}
