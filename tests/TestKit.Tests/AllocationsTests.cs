namespace TestKit.Tests;

public sealed class AllocationsTests
{
    private object? _kept;

    [Fact]
    public void Code_that_allocates_each_time_is_found_out() => Assert.True(Allocations.Least(() => _kept = new byte[100]) >= 100);

    [Fact]
    public void Code_that_allocates_at_first_or_once_more_is_not()
    {
        var calls = 0;
        Assert.Equal(0, Allocations.Least(() => _kept = ++calls is 1 or 3 ? new byte[100] : _kept));
    }
}
