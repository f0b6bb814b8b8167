using Appliance.Host.Rest;
using Appliance.Inference;

namespace Appliance.Host.Tests.Rest;

public sealed class HttpStatusMappingTests
{
    [Theory]
    [InlineData(ScoreStatus.Ok, 200)]
    [InlineData(ScoreStatus.InvalidArgument, 400)]
    [InlineData(ScoreStatus.NotFound, 404)]
    [InlineData(ScoreStatus.ModelUnavailable, 503)]
    [InlineData(ScoreStatus.Overloaded, 503)]
    [InlineData(ScoreStatus.QueueTimeout, 503)]
    [InlineData(ScoreStatus.DeadlineExceeded, 504)]
    [InlineData(ScoreStatus.Cancelled, 499)]
    [InlineData(ScoreStatus.Faulted, 500)]
    [InlineData(ScoreStatus.Unsupported, 501)]
    [InlineData(ScoreStatus.TooLarge, 413)]
    [InlineData(ScoreStatus.FeaturesUnavailable, 409)]
    [InlineData(ScoreStatus.Shed, 429)]
    [InlineData(ScoreStatus.StandingQueue, 429)]
    [InlineData(ScoreStatus.OverShare, 503)]
    [InlineData(ScoreStatus.NotAllowed, 403)]
    [InlineData(ScoreStatus.RateLimited, 429)]
    [InlineData(ScoreStatus.UnknownCoding, 415)]
    public void An_outcome_has_its_HTTP_status(ScoreStatus status, int expected) => Assert.Equal(expected, status.ToHttp());

    [Fact]
    public void Every_outcome_has_one_and_a_sentence()
    {
        foreach (var status in Enum.GetValues<ScoreStatus>())
        {
            Assert.InRange(status.ToHttp(), 200, 599);
            Assert.NotEmpty(status.DefaultMessage());
        }
    }
}
