using Appliance.Host.Security.Keys;
using TestKit;

namespace Appliance.Host.Tests.Security;

public sealed class RequestBudgetTests
{
    private readonly ManualTime _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public void A_second_s_worth_is_there_at_the_start_and_not_one_more()
    {
        var budget = new RequestBudget(4, _time);
        for (var i = 0; i < 4; i++) Assert.True(budget.TryTake(out _));
        Assert.False(budget.TryTake(out var wait));
        Assert.Equal(TimeSpan.FromMilliseconds(250), wait);
    }

    [Fact]
    public void It_fills_at_its_rate_and_says_when_the_next_is_there()
    {
        var budget = new RequestBudget(4, _time);
        while (budget.TryTake(out _))
        {
        }
        _time.Advance(TimeSpan.FromMilliseconds(249));
        Assert.False(budget.TryTake(out var wait));
        Assert.Equal(TimeSpan.FromMilliseconds(1), wait);
        _time.Advance(wait);
        Assert.True(budget.TryTake(out _));
        Assert.False(budget.TryTake(out _));
    }

    [Fact]
    public void Rest_does_not_gather_more_than_a_second_s_worth()
    {
        var budget = new RequestBudget(3, _time);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(3, Enumerable.Range(0, 10).Count(_ => budget.TryTake(out TimeSpan _)));
    }

    [Fact]
    public async Task Many_threads_take_no_more_than_there_is()
    {
        var budget = new RequestBudget(1000, _time);
        var taken = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Enumerable.Range(0, 1000).Count(_ => budget.TryTake(out TimeSpan _)), TestContext.Current.CancellationToken)));
        Assert.Equal(1000, taken.Sum());
    }
}
