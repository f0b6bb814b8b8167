using Appliance.Features.Ingest;
using FeatureModel.Definitions;
using FeatureModel.Events;
using System.Text;
using TestKit;

namespace Appliance.Features.Tests.Ingest;

/// <summary>Sources of the appliance's own.</summary>
public sealed class ReservedSourceTests
{
    private const string Sample = """{"source":"appliance.served_features","type":"score","entity":{"shopper_id":1},"time":"2030-01-01T00:00:00Z","data":{}}""";

    [Fact]
    public void The_loop_passes_over_those_of_the_journal_and_no_clock_moves()
    {
        using var stage = new FeatureStage(ShopFeatures.Definitions, DateTimeOffset.UnixEpoch.AddDays(20_000));
        Assert.Equal(IngestOutcome.PassedOver, stage.Send(stage.Paged(Sample) with { Partition = JournalEventSource.Partition }));
        // Nobody screened what came another way.
        Assert.Equal(IngestOutcome.Refused, stage.Send(stage.Paged(Sample)));
        Assert.Equal(RefusalReason.UnknownSource, stage.Refusal.Reason);
        stage.Take(ShopFeatures.Click(1, stage.Time.GetUtcNow(), 1));
    }

    [Fact]
    public void Senders_are_refused()
    {
        using var stage = new FeatureStage(ShopFeatures.Definitions, DateTimeOffset.UnixEpoch.AddDays(20_000));
        Assert.True(EventRecord.TryParse(stage.Paged(Sample).Record.Span, out var record));
        Assert.Equal("source is 'appliance.served_features'; names that begin with 'appliance.' are the appliance's own", new EventScreen().Refuse(stage.Catalog, record));
    }

    [Fact]
    public void Nobody_can_declare_one()
    {
        var read = DefinitionFiles.ReadBody(Encoding.UTF8.GetBytes("""{"sources":[{"name":"appliance.served_features","kind":"events"}]}"""), "test");
        var errors = read.Errors.Concat(DefinitionsValidator.Check(read.Definitions, FeatureModel.FeatureRules.All));
        Assert.Contains(errors, e => e.ToString().Contains("is 'appliance.served_features'; it must be", StringComparison.Ordinal));
    }
}
