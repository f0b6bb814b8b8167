using Trainer.Pipelines;

namespace Trainer.Tests.Pipelines;

public sealed class PipelineCatalogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void The_shipped_pipelines_are_valid()
    {
        var catalog = new PipelineCatalog(Repository.Pipelines);
        Assert.Equal(["koc-potential", "telco-churn"], catalog.Names);
        Assert.All(catalog.Names, name => Assert.Equal(name, catalog.Load(name).Name));
    }

    [Fact]
    public void An_unknown_name_is_answered_with_the_known_ones()
    {
        var error = Assert.Throws<TrainerException>(() => new PipelineCatalog(Repository.Pipelines).Load("churn"));
        Assert.Equal("There is no pipeline 'churn'; there are koc-potential, telco-churn.", error.Message);
    }

    [Theory]
    [InlineData("{", ":1: ")]
    [InlineData("{\n\"name\": \"p\",\n\"learnr\": {}\n}", ":3: The JSON property 'learnr' could not be mapped")]
    [InlineData("null", "the file holds null")]
    public void Files_that_are_not_definitions_are_refused(string json, string expected)
    {
        _folder.Write("p.json", json);
        Assert.Contains(expected, Assert.Throws<TrainerException>(() => new PipelineCatalog(_folder.Path).Load("p")).Message);
    }

    [Fact]
    public void Every_error_of_a_definition_is_reported_with_key_value_and_rule()
    {
        _folder.Write("p.json", """
            {
              "name": "other",
              "table": { "file": "t.csv" },
              "events": { "file": "e.csv", "key": "id", "time": "at", "kind": "k", "asOf": "2025-01-31T00:00:00Z", "windowDays": 0 },
              "label": { "column": "y", "positive": "1", "negative": "1" },
              "features": [
                { "name": "Bad name" },
                { "name": "a", "kind": "text" },
                { "name": "b", "kind": "category", "monotone": "increasing" },
                { "name": "c", "column": "x", "aggregate": { "weights": { "like": -1 }, "halfPoint": 2 } },
                { "name": "c", "aggregate": { "weights": {} }, "monotone": "up" }
              ],
              "split": { "seed": 1, "validation": 0.5, "heldOut": 0.6 },
              "learner": { "seed": -1, "rounds": 0, "earlyStoppingRounds": 0 },
              "output": {
                "name": "score",
                "levels": [ { "name": "high", "min": 0.5 }, { "name": "medium", "min": 0.6 }, { "name": "low", "min": 0.1 } ]
              },
              "serving": { "maxBatchSize": 0 }
            }
            """);
        var message = Assert.Throws<TrainerException>(() => new PipelineCatalog(_folder.Path).Load("p")).Message;
        string[] expected =
        [
            "name is 'other'; it must be the file's, 'p'.",
            "table.key is missing.",
            "events.windowDays is 0; it must be 1 or more.",
            "label.positive and label.negative are both '1'; they must differ.",
            "features names 'c' twice; names must be unique.",
            "features[0].name is 'Bad name'; it must be lower-case letters, digits and underscores, starting with a letter.",
            "features[1].kind is 'text'; it must be number or category.",
            "features[2].monotone is 'increasing'; only a number can be monotone.",
            "features[3].aggregate and column are both given; a feature has one source.",
            "features[3].aggregate.weights has a value below 0; with a half point all must be 0 or more.",
            "features[4].aggregate.weights is empty; it must name at least one kind of event.",
            "features[4].monotone is 'up'; it must be increasing or decreasing.",
            "split.heldOut is 0.6; it must be 0.05 to 0.5.",
            "split leaves",
            "learner.seed is -1; it must be 0 or more.",
            "learner.rounds is 0; it must be 1 to 10000.",
            "learner.earlyStoppingRounds is 0; it must be 1 or more.",
            "output.levels[1].min is 0.6; it must be above 0 and below 0.5.",
            "output.levels[2].min is 0.1; the last band, and it alone, has none.",
            "serving.maxBatchSize is 0; it must be 1 to 4096.",
        ];
        Assert.All(expected, rule => Assert.Contains(rule, message));
        Assert.Equal(expected.Length, message.Split(Environment.NewLine).Length);
    }

    [Theory]
    [InlineData("""{ "name": "", "version": 0 }""", "2025-01-31T00:00:00Z", 30, "featureService.name is missing.", "featureService.version is 0; it must be 1 or more.")]
    [InlineData("""{ "name": "s", "version": 1 }""", "2025-01-31T06:00:00Z", 30, "events.asOf is 2025-01-31T06:00:00.0000000+00:00; with a feature service it must be where a pane of 1.00:00:00 begins.")]
    [InlineData("""{ "name": "s", "version": 1 }""", "2025-01-31T06:00:00Z", 77, "events.windowDays is 77; with a feature service it must be a window that docs/features/windows.md has panes for.")]
    public void A_feature_service_is_checked_with_the_windows_that_it_serves(string service, string asOf, int days, params string[] expected)
    {
        _folder.Write("p.json", $$"""
            {
              "name": "p",
              "featureService": {{service}},
              "table": { "file": "t.csv", "key": "id" },
              "events": { "file": "e.csv", "key": "id", "time": "at", "kind": "k", "asOf": "{{asOf}}", "windowDays": {{days}} },
              "label": { "column": "y", "positive": "1", "negative": "0" },
              "features": [ { "name": "a" } ],
              "learner": { "rounds": 1, "earlyStoppingRounds": 1 },
              "output": { "name": "score" }
            }
            """);
        var message = Assert.Throws<TrainerException>(() => new PipelineCatalog(_folder.Path).Load("p")).Message;
        Assert.All(expected, rule => Assert.Contains(rule, message));
        Assert.Equal(expected.Length, message.Split(Environment.NewLine).Length);
    }

    public void Dispose() => _folder.Dispose();
}
