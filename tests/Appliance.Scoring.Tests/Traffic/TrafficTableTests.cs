using Appliance.Inference.Lifecycle;
using Appliance.Scoring.Traffic;

namespace Appliance.Scoring.Tests.Traffic;

public sealed class TrafficTableTests
{
    private readonly TrafficTable _table = new(new ModelDirectory());

    [Fact]
    public void A_model_that_nobody_routed_has_no_version() => Assert.Equal(0, _table.RoutedVersion("m"));

    [Fact]
    public void Routing_answers_what_was_routed_to_before()
    {
        Assert.Equal([0L, 1, 2], [_table.Route("m", 1), _table.Route("m", 2), _table.Route("m", 0)]);
        Assert.Equal(0, _table.RoutedVersion("m"));
    }

    [Fact]
    public void Models_do_not_know_each_other_and_names_are_exact()
    {
        _table.Route("m", 1);
        _table.Route("n", 2);
        Assert.Equal((1, 2, 0), (_table.RoutedVersion("m"), _table.RoutedVersion("n"), _table.RoutedVersion("M")));
    }

    [Fact]
    public void Routing_from_many_sides_loses_no_model()
    {
        Parallel.For(1, 200, i => _table.Route($"m{i % 50}", i));
        Assert.All(Enumerable.Range(0, 50), i => Assert.Equal(i, _table.RoutedVersion($"m{i}") % 50));
    }
}
