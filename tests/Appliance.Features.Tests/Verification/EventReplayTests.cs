using System.Globalization;
using Appliance.Features.Ingest;
using Appliance.Features.Verification;
using FeatureModel.Events;
using TestKit;

namespace Appliance.Features.Tests.Verification;

/// <summary>What a replay takes is what the ingest loop applies.</summary>
public sealed class EventReplayTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Events_of_every_kind_are_taken_and_refused_alike(int seed)
    {
        using var stage = new FeatureStage(ShopFeatures.Definitions, Noon);
        var histories = new EntityHistories(10_000);
        var settings = new VerificationSettings(new IngestOptions(), new StreamProgress(0), stage.Table.MaxRowBytes, (_, _) => true, 0);
        var replay = new EventReplay(stage.Catalog, histories, settings);
        var random = new Random(seed);
        var (applied, refused) = (0, new HashSet<RefusalReason>());
        for (var i = 0; i < 3_000; i++)
        {
            var paged = stage.Paged(Event(random, stage.Time.GetUtcNow()));
            var expected = stage.Send(paged) == IngestOutcome.Applied;
            Assert.True(EventRecord.TryParse(paged.Record.Span, out var record));
            Assert.True(expected == replay.Take(record, paged.Position), $"event {i}, seed {seed}: {(expected ? "applied" : stage.Refusal.Text)}");
            if (expected) applied++;
            else refused.Add(stage.Refusal.Reason);
            if (random.Next(10) == 0) stage.Time.Advance(TimeSpan.FromMinutes(random.Next(200)));
        }
        Assert.True(applied > 500, $"{applied} applied; seed {seed}");
        Assert.Equal(
            [RefusalReason.UnknownSource, RefusalReason.WrongEntity, RefusalReason.WrongField, RefusalReason.Late, RefusalReason.Future, RefusalReason.TooLarge, RefusalReason.WrongType],
            refused.Order());
    }

    private static string Event(Random random, DateTimeOffset now)
    {
        var minutes = random.Next(12) switch { 0 => random.Next(4, 8), 1 => -random.Next(1_300, 1_600), _ => -random.Next(60) };
        var entity = random.Next(12) switch { 0 => "\"shopper_id\":\"seven\"", 1 => "\"other\":7", _ => $"\"shopper_id\":{random.Next(5)}" };
        var isRow = random.Next(2) == 0;
        var source = random.Next(20) == 0 ? "nobody" : isRow ? "profiles" : "clicks";
        var isOfItsSource = random.Next(15) != 0;
        var text = random.Next(15) == 0 ? new string('x', 70_000) : "x";
        var created = random.Next(4) == 0 ? $"\"created\":\"{now.AddMinutes(random.Next(-10, 8)):yyyy-MM-dd'T'HH:mm:ss'Z'}\"," : "";
        var data = random.Next(10) == 0 ? "\"amount\":\"much\",\"age\":\"old\"" : isRow ? $"\"age\":{random.Next(90)},\"city\":\"{text}\"" : $"\"amount\":{random.Next(90)}";
        return string.Create(
            CultureInfo.InvariantCulture,
            $$$"""{"id":"{{{random.NextInt64()}}}","source":"{{{source}}}","type":"{{{(isRow == isOfItsSource ? "row" : "click")}}}","entity":{{{{entity}}}},"time":"{{{now.AddMinutes(minutes):yyyy-MM-dd'T'HH:mm:ss'Z'}}}",{{{created}}}"data":{{{{data}}}}}""");
    }
}
