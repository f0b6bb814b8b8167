using Appliance.Features.Reading;
using Appliance.Inference;
using Appliance.Scoring.Features;
using TestKit;

namespace Appliance.Scoring.Tests.Entities;

/// <summary>Definitions that change while requests read.</summary>
public sealed class CatalogChangeTests
{
    private const int Readers = 3, Requests = 2_000;

    [Fact]
    public async Task Every_request_is_answered_by_one_state_of_the_catalog()
    {
        await using var bench = new EntityBench();
        bench.Features.Define(ShopFeatures.Definitions);
        await bench.ApplyAsync(ShopFeatures.Click(1, EntityBench.Noon, 30), ShopFeatures.Profile(1, EntityBench.Noon, "\"age\":3"));
        // Both default the city that shopper 1 does not have, each in its own words; the third state has no service at all.
        var states = new List<FeatureCatalog> { bench.Features.Platform.Catalog.Current };
        bench.Features.Define(ShopFeatures.Definitions.Replace("未知", "nowhere at all", StringComparison.Ordinal));
        states.Add(bench.Features.Platform.Catalog.Current);
        states.Add(FeatureCatalog.Empty);

        var answers = await Task.WhenAll(Enumerable.Range(0, Readers).Select(r => Task.Run(() => Read(bench, states, r), TestContext.Current.CancellationToken)));
        Assert.Equal(Readers * Requests, answers.SelectMany(a => a).Sum(a => a.Value));
        Assert.Superset(answers.SelectMany(a => a.Keys).ToHashSet(), new HashSet<string> { "未知", "nowhere at all", "refused" });
    }

    private static Dictionary<string, int> Read(EntityBench bench, List<FeatureCatalog> states, int reader)
    {
        var writer = new FeatureRowWriter();
        var models = new TestModels(bench.Time);
        var answers = new Dictionary<string, int>();
        for (var i = 0; i < Requests; i++)
        {
            // Each reader changes what the others are in the middle of reading.
            bench.Features.Platform.Catalog.Replace(states[(i + reader) % states.Count]);
            Assert.True(models.Pipeline.TryRent(out var entry));
            // All readers share the version whose binding is exchanged under them.
            entry.Lease(bench.Served);
            writer.Begin(bench.Binding, entry, RowPath.Rows, bench.Stored, explain: true);
            var rows = Enumerable.Range(0, 3).All(_ => EntityRow.Of().For(1).Write(writer));
            var answer = "refused";
            if (rows)
            {
                Assert.Equal(ScoreStatus.Ok, writer.Finish());
                var explained = writer.Explain()!;
                var cities = Enumerable.Range(0, 3).Select(r => System.Text.Encoding.UTF8.GetString(explained.Of(r, 3).Text)).Distinct();
                Assert.Equal((30, 10, 3L), (explained.Of(2, 0).Number, explained.Of(2, 1).Number, explained.Of(2, 2).Integer));
                answer = Assert.Single(cities);
            }
            else
            {
                Assert.Equal(ScoreStatus.FeaturesUnavailable, entry.Status);
            }
            answers[answer] = answers.GetValueOrDefault(answer) + 1;
            models.Pipeline.Return(entry);
        }
        return answers;
    }
}
