using Appliance.Features.Journal;

namespace Appliance.Features.Tests.Journal;

public sealed class RetentionPolicyTests
{
    private const long Second = 1_000_000;

    // Files of 100 bytes, of which 250 bytes and 60 seconds are kept; file n begins at second 10 n.
    private readonly RetentionPolicy _policy = new(TimeSpan.FromSeconds(60), 250, 100);

    private static RetentionState State(int files, long now, long slowest = long.MaxValue, long remembered = long.MaxValue, int first = 0) => new(
        [.. Enumerable.Range(first, files).Select(n => new SegmentState(n, n * 10 * Second, n))], ((first + files) * 100) - 1, slowest, remembered, now * Second);

    [Fact]
    public void A_file_goes_once_its_youngest_record_is_too_old() =>
        Assert.Equal([0, 1, 1, 2], new long[] { 69, 70, 79, 80 }.Select(now => _policy.Decide(State(3, now) with { Tail = 249 })));

    [Fact]
    public void The_oldest_files_past_the_bytes_go() => Assert.Equal(3, _policy.Decide(State(5, 0)));

    [Fact]
    public void The_file_that_is_written_never_goes() => Assert.Equal(2, _policy.Decide(State(3, 100_000)));

    [Theory]
    [InlineData(99, 0)]
    [InlineData(100, 1)]
    [InlineData(250, 2)]
    [InlineData(300, 3)]
    public void Nothing_goes_that_a_registered_reader_has_not_passed(long slowest, int files) =>
        Assert.Equal(files, _policy.Decide(State(6, 100_000, slowest)));

    [Fact]
    public void Nothing_goes_whose_ids_are_remembered() => Assert.Equal(2, _policy.Decide(State(6, 100_000, remembered: 299)));

    [Fact]
    public void Files_count_from_where_the_journal_begins() => Assert.Equal(1, _policy.Decide(State(6, 100_000, slowest: 850, first: 7)));

    [Fact]
    public void No_file_means_nothing_to_do() => Assert.Equal(0, _policy.Decide(State(0, 100_000)));
}
