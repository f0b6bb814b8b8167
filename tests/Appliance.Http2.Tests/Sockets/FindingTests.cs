using Appliance.Http2.Sockets;

namespace Appliance.Http2.Tests.Sockets;

public sealed class FindingTests
{
    private readonly Finding _finding = new(first: 10, doublings: 2);

    [Fact]
    public void It_stands_longer_each_time_that_it_is_found_again()
    {
        Assert.False(_finding.StandsAt(0));
        var now = 0L;
        foreach (var standing in new[] { 10, 20, 40, 40 })
        {
            _finding.Make(now);
            Assert.True(_finding.StandsAt(now + standing - 1));
            Assert.False(_finding.StandsAt(now + standing));
            now += standing;
        }
    }

    [Fact]
    public void Found_again_while_it_stands_it_is_the_same_finding()
    {
        for (var now = 0; now < 9; now++) _finding.Make(now);
        Assert.False(_finding.StandsAt(18));
    }

    [Fact]
    public void Long_after_it_stood_it_is_the_first_again()
    {
        _finding.Make(0);
        _finding.Make(10);
        _finding.Make(30 + 21);
        Assert.False(_finding.StandsAt(51 + 10));
    }
}
