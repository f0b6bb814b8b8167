using Compare.Models;
using Compare.Runtime;
using Xunit;

namespace Compare.Tests.Runtime;

public sealed class RunCostTests
{
    private readonly RunCost _cost = new([4.0, 6.0, 7.5, 12.0]);

    [Theory]
    [InlineData(1, 4.0)]
    [InlineData(2, 3.0)]
    [InlineData(3, 2.5)]
    [InlineData(2.5, 6.75 / 2.5)]
    [InlineData(0.3, 4.0)]
    [InlineData(9, 3.0)]
    public void A_rows_share_of_a_run_is_taken_between_whole_batches(double rows, double micros) => Assert.Equal(micros, _cost.PerRow(rows), 1e-9);

    [Fact]
    public void The_best_batch_is_the_one_with_the_cheapest_row() => Assert.Equal(3, _cost.BestRows);

    [Fact]
    public void Every_batch_size_is_measured_and_larger_batches_take_longer()
    {
        using var folder = new TemporaryFolder();
        var repository = RepositoryFolder.Create(folder.Path).Add("mlp", seed: 1);
        using var session = new ModelSession(repository.GraphPath("mlp", 1), maxBatch: 64);

        var cost = RunCost.Measure(session, TimeSpan.FromMilliseconds(2));

        Assert.Equal(64, cost.MicrosByRows.Count);
        Assert.All(cost.MicrosByRows, micros => Assert.True(micros > 0));
        Assert.True(cost.MicrosByRows[63] > 2 * cost.MicrosByRows[0], $"64 rows {cost.MicrosByRows[63]} µs, 1 row {cost.MicrosByRows[0]} µs");
    }
}
