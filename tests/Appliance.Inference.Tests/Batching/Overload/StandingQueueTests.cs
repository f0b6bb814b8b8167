using Appliance.Inference.Batching;

namespace Appliance.Inference.Tests.Batching.Overload;

/// <summary>A burst is no overload: of a queue of 12 rows a batch at most, a row a millisecond, which may stand for 100. In milliseconds.</summary>
public sealed class StandingQueueTests
{
    private const long Row = 1;

    // A third of a batch is 4 ms, and the least is 5.
    private readonly StandingQueue _queue = new(mayStandFor: 100, maxBatchSize: 12, timestampFrequency: 1000);

    [Fact]
    public void It_stands_once_every_batch_of_an_interval_left_others_that_waited_for_longer_than_the_target()
    {
        Take(wait: 6, at: 1000);
        Assert.False(_queue.Stands(Row, 1099));
        Take(wait: 50, at: 1099);
        Assert.True(_queue.Stands(Row, 1100));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(0)]
    public void One_short_wait_in_between_begins_the_interval_anew(long wait)
    {
        Take(wait: 80, at: 1000);
        Take(wait, at: 1050);
        Assert.False(_queue.IsWatching);
        Take(wait: 80, at: 1060);
        Assert.False(_queue.Stands(Row, 1159));
        Assert.True(_queue.Stands(Row, 1160));
    }

    [Fact]
    public void While_it_stands_the_target_decides()
    {
        Stand(at: 1000);
        Assert.False(_queue.Refuses(1, wait: 5, Row));
        Assert.True(_queue.Refuses(1, wait: 6, Row));
    }

    [Fact]
    public void It_stands_until_an_interval_in_which_an_eighth_at_most_was_refused()
    {
        Stand(at: 1000);
        Take(wait: 0, at: 1010, rows: 69);
        Refuse(10);
        Assert.True(_queue.Stands(Row, 1099));
        // 10 of 79 are more than an eighth: a second interval begins.
        Assert.True(_queue.Stands(Row, 1100));
        Take(wait: 0, at: 1110, rows: 70);
        Refuse(10);
        Assert.True(_queue.Stands(Row, 1199));
        Assert.False(_queue.Stands(Row, 1200));
        Assert.False(_queue.IsWatching);
    }

    [Fact]
    public void It_does_not_stand_any_longer_where_nobody_came_for_a_while()
    {
        Stand(at: 1000);
        Refuse(100);
        Assert.False(_queue.Stands(Row, 1200));
    }

    [Fact]
    public void Where_runs_are_long_so_is_the_interval()
    {
        // A third of a batch of 12 rows of 30 ms is 120 ms.
        Take(wait: 121, at: 1000, row: 30);
        Assert.False(_queue.Stands(30, 1239));
        Assert.True(_queue.Stands(30, 1240));
        Assert.False(_queue.Refuses(1, wait: 120, 30));
        Assert.True(_queue.Refuses(1, wait: 121, 30));
    }

    [Fact]
    public void Nothing_is_noted_before_it_is_known_how_long_a_row_takes()
    {
        Take(wait: 1000, at: 1000, row: 0);
        Assert.False(_queue.IsWatching);
    }

    private void Stand(long at)
    {
        Take(wait: 6, at: at - 100);
        Assert.True(_queue.Stands(Row, at));
    }

    private void Take(long wait, long at, int rows = 12, long row = Row) => _queue.BatchTaken(rows, wait, row, at);

    private void Refuse(int times)
    {
        for (var i = 0; i < times; i++) Assert.True(_queue.Refuses(1, wait: 6, Row));
    }
}
