using Appliance.Features.Store;

namespace Appliance.Features.Tests.Store;

public sealed class WriteQueueTests : IDisposable
{
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(40);

    private readonly QueueBed _bed = new();

    [Fact]
    public void Pieces_are_written_in_order_each_out_of_the_cache_before_the_rest_and_the_next()
    {
        _bed.Enqueue("page", at: 0, pieces: 2);
        Assert.Equal(Rest, _bed.Clock.UntilItWaits());
        Assert.Equal(["write 0+1", "out 0+1"], _bed.Done);
        _bed.Enqueue("next", at: 2, pieces: 1);
        _bed.Clock.Pass();
        Assert.Equal(Rest, _bed.Clock.UntilItWaits());
        _bed.Clock.Pass();
        Assert.Equal(["write 0+1", "out 0+1", "write 1+1", "out 1+1", "page is done", "write 2+1", "out 2+1", "next is done"], _bed.Until("next is done"));
    }

    [Fact]
    public void Haste_ends_the_rest_under_way_and_writes_what_is_left_at_once()
    {
        _bed.Enqueue("page", at: 0, pieces: 4);
        _bed.Clock.UntilItWaits();
        _bed.Queue.Hurry();
        Assert.Equal(["write 0+1", "out 0+1", "write 1+3", "page is done"], _bed.Until("page is done"));
    }

    [Fact]
    public void Rests_come_back_once_nothing_has_waited()
    {
        _bed.Enqueue("page", at: 0, pieces: 2);
        _bed.Clock.UntilItWaits();
        _bed.Queue.Hurry();
        _bed.Until("page is done");
        _bed.Enqueue("next", at: 2, pieces: 2);
        Assert.Equal(Rest, _bed.Clock.UntilItWaits());
        _bed.Clock.Pass();
        Assert.Equal(["write 2+1", "out 2+1", "write 3+1", "out 3+1", "next is done"], _bed.Until("next is done")[^5..]);
    }

    [Fact]
    public void Rests_that_were_ended_for_good_do_not_come_back()
    {
        _bed.Enqueue("page", at: 0, pieces: 3);
        _bed.Clock.UntilItWaits();
        _bed.Queue.EndRests();
        Assert.Equal(["write 0+1", "out 0+1", "write 1+2", "page is done"], _bed.Until("page is done"));
        _bed.Enqueue("next", at: 3, pieces: 3);
        Assert.Equal(["write 3+3", "next is done"], _bed.Until("next is done")[^2..]);
    }

    [Fact]
    public void A_stop_during_a_rest_ends_it_finishes_what_was_begun_and_leaves_the_rest_undone()
    {
        _bed.Enqueue("page", at: 0, pieces: 3);
        _bed.Clock.UntilItWaits();
        _bed.Enqueue("next", at: 3, pieces: 1);
        _bed.Queue.Dispose();
        Assert.Equal(["page is done", "next is left"], _bed.Done[^2..]);
        Assert.DoesNotContain("write 3+1", _bed.Done);
        Assert.Contains("write 2+1", _bed.Done);
    }

    [Fact]
    public void A_write_that_fails_is_tried_again_and_what_is_behind_it_waits()
    {
        _bed.Fails = true;
        _bed.Enqueue("page", at: 0, pieces: 1);
        _bed.Enqueue("next", at: 1, pieces: 1);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(TimeSpan.FromMilliseconds(100), _bed.Clock.UntilItWaits());
            Assert.Equal(StoreStatus.DiskFailed, _bed.Queue.Condition.Status);
            Assert.Empty(_bed.Done);
            if (i == 2) _bed.Fails = false;
            _bed.Clock.Pass();
        }
        // The failing took no longer than the write itself for the fake clock, so the next page rests.
        _bed.Clock.UntilItWaits();
        Assert.Equal(StoreStatus.Applied, _bed.Queue.Condition.Status);
        _bed.Clock.Pass();
        Assert.Equal(["write 0+1", "out 0+1", "page is done", "write 1+1", "out 1+1", "next is done"], _bed.Until("next is done"));
    }

    public void Dispose() => _bed.Dispose();
}
