using Appliance.Features.Store;

namespace Appliance.Features.Tests.Store;

public sealed class CompactionPolicyTests
{
    private static readonly TimeSpan Sweep = TimeSpan.FromHours(1);
    private readonly CompactionPolicy _policy = new(minBytes: 1000, growth: 2, Sweep);

    [Theory]
    [InlineData(999, 100, 0, 0)] // small
    [InlineData(2000, 1001, 0, 0)] // mostly live
    [InlineData(2000, 1000, 0, 1792)] // half is garbage: up to the last whole durable page
    [InlineData(500, 500, 60, 256)] // time for expired rows
    public void A_pass_is_due_when_garbage_outweighs_or_the_time_has_come(long tail, long live, int minutes, long until) =>
        Assert.Equal(until, _policy.PassUntil(begin: 0, durableUntil: tail, tail, live, pageBytes: 256, TimeSpan.FromMinutes(minutes)));

    [Fact]
    public void A_pass_never_goes_beyond_the_newest_checkpoint() =>
        Assert.Equal(256, _policy.PassUntil(begin: 0, durableUntil: 300, tail: 9000, liveBytes: 10, pageBytes: 256, Sweep));

    [Fact]
    public void Without_a_whole_durable_page_none_is_due() =>
        Assert.Equal(512, _policy.PassUntil(begin: 512, durableUntil: 600, tail: 9000, liveBytes: 10, pageBytes: 256, Sweep));
}
