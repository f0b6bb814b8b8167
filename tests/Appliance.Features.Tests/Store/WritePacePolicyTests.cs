using Appliance.Features.Store;

namespace Appliance.Features.Tests.Store;

public sealed class WritePacePolicyTests
{
    private const long Piece = 1 << 18;

    private readonly WritePacePolicy _policy = new(within: TimeSpan.FromSeconds(2), restShare: 4);

    [Fact]
    public void A_little_is_written_at_a_fifth_of_what_the_disk_could_do() =>
        Assert.Equal(TimeSpan.FromMilliseconds(8), _policy.RestAfter(TimeSpan.FromMilliseconds(2), Piece, backlog: 16 * Piece));

    [Fact]
    public void Rests_of_much_add_up_to_no_more_than_the_time_given()
    {
        var rest = _policy.RestAfter(TimeSpan.FromMilliseconds(50), Piece, backlog: 1000 * Piece);
        Assert.Equal(TimeSpan.FromSeconds(2), rest * 1000);
    }

    [Fact]
    public void A_backlog_that_is_gone_counts_as_the_piece_itself() =>
        Assert.Equal(TimeSpan.FromSeconds(2), _policy.RestAfter(TimeSpan.FromSeconds(1), Piece, backlog: 0));
}
