using Appliance.Features.Verification;

namespace Appliance.Features.Tests.Verification;

/// <summary>Samples of before a change of the definitions, which events are now read by.</summary>
public sealed class ChangedDefinitionsTests
{
    private const string Fields = """{ "name": "note", "type": "string" }, { "name": "qty", "type": "int64" }, { "name": "kg", "type": "double" }""";
    private const string Most = """, { "name": "most", "type": "int64", "aggregate": { "function": "max", "field": "qty", "window": "1h" } }""";
    private const string Columns = """{ "name": "cap", "type": "double", "default": 4 }, { "name": "nm", "type": "string" }""";
    private const string Kilos = """{ "name": "kg_1d", "type": "double", "default": 0, "aggregate": { "function": "sum", "field": "kg", "window": "1d" } }, """;
    private const string Moves = """{ "name": "moves_1d", "type": "int64", "default": 0, "aggregate": { "function": "count", "window": "1d" } }, """;

    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly string[] Served = ["dock_v:kg_1d", "dock_v:heavy_1d", "dock_v:moves_1d", "dock_p:cap", "dock_o:ratio"];

    [Theory]
    [InlineData("""{ "name": "note", "type": "string" }, { "name": "kg", "type": "double" }""", Columns)]
    [InlineData("""{ "name": "qty", "type": "int64" }, { "name": "kg", "type": "double" }""", Columns)]
    [InlineData("""{ "name": "kg", "type": "double" }, { "name": "note", "type": "string" }, { "name": "qty", "type": "int64" }""", Columns)]
    [InlineData("""{ "name": "aa", "type": "string" }, """ + Fields, Columns)]
    [InlineData(Fields, """{ "name": "cap", "type": "double", "default": 4 }""")]
    [InlineData(Fields, """{ "name": "aa", "type": "string" }, """ + Columns)]
    public async Task Columns_that_come_go_and_move_change_nothing_of_what_others_were(string fields, string columns)
    {
        await using var bed = new SampledBed(Noon);
        bed.Define(Definitions(Fields, "", Columns));
        await ServeAsync(bed, Served);
        bed.Define(Definitions(fields, "", columns));
        await ServeAsync(bed, Served);
        var report = await bed.VerifyAsync();
        Assert.Equal((10, 50, 0, 0), (report.Samples, report.Compared, report.Mismatched, report.Unverifiable));
    }

    [Theory]
    [InlineData("""{ "name": "note", "type": "string" }, { "name": "kg", "type": "double" }""")]
    [InlineData("""{ "name": "note", "type": "string" }, { "name": "qty", "type": "double" }, { "name": "kg", "type": "double" }""")]
    public async Task A_feature_whose_field_has_gone_or_has_another_type_was_changed_and_no_other(string fields)
    {
        await using var bed = new SampledBed(Noon);
        bed.Define(Definitions(Fields, Most, Columns));
        await ServeAsync(bed, [.. Served, "dock_v:most"]);
        bed.Define(Definitions(fields, "", Columns));
        var report = await bed.VerifyAsync();
        Assert.Equal((25, 0), (report.Compared, report.Mismatched));
        Assert.Equal(5, Assert.Single(report.Features, f => f.Unverifiable > 0).UnverifiableFor(UnverifiableReason.DefinitionChanged));
        Assert.Equal("dock_v:most", Assert.Single(report.Features, f => f.Compared == 0).Feature.ToString());
    }

    [Fact]
    public async Task Events_that_a_field_of_later_refuses_may_have_counted_before_it()
    {
        await using var bed = new SampledBed(Noon);
        bed.Define(Definitions("""{ "name": "kg", "type": "double" }""", "", Columns));
        await ServeAsync(bed, Served);
        // Their note is a text, and that of now is not.
        bed.Define(Definitions("""{ "name": "note", "type": "int64" }, { "name": "kg", "type": "double" }""", "", Columns));
        bed.Serve(1, Served);
        var report = await bed.VerifyAsync();
        Assert.Equal(0, report.Mismatched);
        Assert.All(report.Features.Where(f => f.Feature.View == "dock_v"), f => Assert.Equal(6, f.Equal + f.UnverifiableFor(UnverifiableReason.DefinitionChanged)));
    }

    [Fact]
    public async Task A_row_that_a_feature_made_before_it_went_is_there_all_the_same()
    {
        const string Light = """, { "name": "light_1d", "type": "int64", "aggregate": { "function": "count", "where": "kg < 1", "window": "1d" } }""";
        string[] heavy = ["dock_v:heavy_1d"];
        await using var bed = new SampledBed(Noon);
        bed.Define(Definitions(Fields, Light, Columns).Replace(Moves, "", StringComparison.Ordinal).Replace(Kilos, "", StringComparison.Ordinal));
        await bed.ApplyAsync(Move(1, 0.5));
        bed.Serve(1, heavy);
        bed.Define(Definitions(Fields, "", Columns).Replace(Moves, "", StringComparison.Ordinal).Replace(Kilos, "", StringComparison.Ordinal));
        bed.Serve(1, heavy);
        var report = await bed.VerifyAsync();
        Assert.Equal((2, 0), (report.Compared + report.Unverifiable, report.Mismatched));
        // From the first event on that the features of now take, all is known again.
        await bed.ApplyAsync(Move(2, 70));
        bed.Serve(1, heavy);
        var later = await bed.VerifyAsync();
        Assert.Equal((report.Compared + 1, 0), (later.Compared, later.Mismatched));
    }

    private static string Definitions(string fields, string feature, string columns) => $$"""
        {
          "entities": [ { "name": "dock", "joinKeys": [ { "name": "id", "type": "int64" } ] } ],
          "sources": [ { "name": "moves", "kind": "events", "fields": [ {{fields}} ] }, { "name": "dk", "kind": "push" } ],
          "featureViews": [
            { "name": "dock_v", "kind": "stream", "entities": ["dock"], "source": "moves", "features": [
              {{Kilos}}{{Moves}}{ "name": "heavy_1d", "type": "int64", "default": -1, "aggregate": { "function": "count", "where": "kg > 50", "window": "1d" } }{{feature}} ] },
            { "name": "dock_p", "kind": "batch", "entities": ["dock"], "source": "dk", "features": [ {{columns}} ] },
            { "name": "dock_o", "kind": "onDemand", "entities": ["dock"], "inputs": ["dock_v", "dock_p"],
              "features": [ { "name": "ratio", "type": "double", "expression": "heavy_1d / cap" } ] }
          ]
        }
        """;

    private static async Task ServeAsync(SampledBed bed, string[] features)
    {
        for (var i = 0; i < 5; i++)
        {
            await bed.ApplyAsync(Move(i, 40.25 + (10 * i)), Row(bed.Time.GetUtcNow(), i));
            bed.Serve(1, features);
            bed.Time.Advance(TimeSpan.FromSeconds(10));
        }
    }

    private static string Move(int quantity, double kilos) => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $$$"""{"source":"moves","type":"load","entity":{"id":1},"time":"{{{Time(Noon.AddSeconds(-quantity))}}}","data":{"qty":{{{quantity}}},"kg":{{{kilos}}},"note":"n"}}""");

    private static string Row(DateTimeOffset time, int number) =>
        $$$"""{"source":"dk","type":"row","entity":{"id":1},"time":"{{{Time(time)}}}","data":{"cap":{{{number + 2}}},"nm":"x{{{number}}}"}}""";

    private static string Time(DateTimeOffset time) => $"{time:yyyy-MM-dd'T'HH:mm:ss'Z'}";
}
