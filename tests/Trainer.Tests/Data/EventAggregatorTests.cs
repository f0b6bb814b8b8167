using Trainer.Data;
using Trainer.Pipelines;

namespace Trainer.Tests.Data;

public sealed class EventAggregatorTests : IDisposable
{
    private static readonly PipelineEvents _events = new()
    {
        Key = "id", Time = "at", Kind = "kind", AsOf = new DateTimeOffset(2025, 1, 31, 0, 0, 0, TimeSpan.Zero), WindowDays = 30,
    };

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Sums_counts_and_scores_come_from_the_keys_own_events()
    {
        var rows = Aggregate(
            """
            at,id,kind,amount
            2025-01-02T00:00:00Z,a,buy,10.5
            2025-01-03T00:00:00Z,b,buy,1
            2025-01-04T00:00:00Z,a,buy,2
            2025-01-05T00:00:00Z,a,like,
            2025-01-06T00:00:00Z,a,comment,
            2025-01-06T00:00:00Z,a,visit,
            2025-01-06T00:00:00Z,stranger,buy,99
            """,
            new PipelineAggregate { Weights = { ["buy"] = 1 }, Column = "amount" },
            new PipelineAggregate { Weights = { ["buy"] = 1 } },
            new PipelineAggregate { Weights = { ["like"] = 1, ["comment"] = 2 }, HalfPoint = 9 });
        Assert.Equal([12.5f, 1, 0], rows[0]);
        Assert.Equal([2f, 1, 0], rows[1]);
        Assert.Equal([0.25f, 0, 0], rows[2]);
    }

    [Fact]
    public void The_window_includes_its_start_and_excludes_its_end()
    {
        var rows = Aggregate(
            """
            at,id,kind
            2024-12-31T23:59:59Z,a,like
            2025-01-01T00:00:00Z,a,like
            2025-01-31T01:59:59+02:00,b,like
            2025-01-31T00:00:00Z,b,like
            """,
            new PipelineAggregate { Weights = { ["like"] = 1 } });
        Assert.Equal([1f, 1, 0], rows[0]);
    }

    [Theory]
    [InlineData("at,id,kind,amount\nyesterday,a,buy,1\n", ":2: column 'at' is 'yesterday'; it must be a date and time")]
    [InlineData("at,id,kind,amount\n2025-01-02T00:00:00Z,a,buy,\n", ":2: column 'amount' is ''; it must be a finite number.")]
    [InlineData("at,id,kind\n", "there is no column 'amount'")]
    public void Bad_events_are_refused_with_place_value_and_rule(string text, string expected)
    {
        var amount = new PipelineAggregate { Weights = { ["buy"] = 1 }, Column = "amount" };
        var error = Assert.Throws<TrainerException>(() => Aggregate(text, amount));
        Assert.Contains(expected, error.Message);
    }

    private float[][] Aggregate(string text, params PipelineAggregate[] aggregates) =>
        new EventAggregator(_events, aggregates)
            .Aggregate(_folder.Write("events.csv", text), new Dictionary<string, int> { ["a"] = 0, ["b"] = 1, ["without-events"] = 2 });

    public void Dispose() => _folder.Dispose();
}
