using Appliance.Host.Grpc;
using Appliance.Host.Rest;
using Appliance.Inference;
using Grpc.Core;

namespace Appliance.Host.Tests;

public sealed class StatusMappingTests
{
    [Theory]
    [InlineData(ScoreStatus.Ok, 200, StatusCode.OK)]
    [InlineData(ScoreStatus.InvalidArgument, 400, StatusCode.InvalidArgument)]
    [InlineData(ScoreStatus.NotFound, 404, StatusCode.NotFound)]
    [InlineData(ScoreStatus.ModelUnavailable, 503, StatusCode.Unavailable)]
    [InlineData(ScoreStatus.Overloaded, 503, StatusCode.Unavailable)]
    [InlineData(ScoreStatus.QueueTimeout, 503, StatusCode.Unavailable)]
    [InlineData(ScoreStatus.DeadlineExceeded, 504, StatusCode.DeadlineExceeded)]
    [InlineData(ScoreStatus.Cancelled, 499, StatusCode.Cancelled)]
    [InlineData(ScoreStatus.Faulted, 500, StatusCode.Internal)]
    [InlineData(ScoreStatus.Unsupported, 501, StatusCode.Unimplemented)]
    [InlineData(ScoreStatus.TooLarge, 413, StatusCode.ResourceExhausted)]
    [InlineData(ScoreStatus.FeaturesUnavailable, 409, StatusCode.FailedPrecondition)]
    [InlineData(ScoreStatus.Shed, 429, StatusCode.ResourceExhausted)]
    [InlineData(ScoreStatus.StandingQueue, 429, StatusCode.ResourceExhausted)]
    [InlineData(ScoreStatus.OverShare, 503, StatusCode.Unavailable)]
    [InlineData(ScoreStatus.NotAllowed, 403, StatusCode.PermissionDenied)]
    [InlineData(ScoreStatus.RateLimited, 429, StatusCode.ResourceExhausted)]
    [InlineData(ScoreStatus.UnknownCoding, 415, StatusCode.Unimplemented)]
    public void Every_outcome_has_one_status_on_each_transport(ScoreStatus outcome, int http, StatusCode grpc)
    {
        Assert.Equal(http, outcome.ToHttp());
        Assert.Equal(grpc, outcome.ToGrpc());
    }

    [Fact]
    public void No_outcome_is_without_a_status()
    {
        foreach (var outcome in Enum.GetValues<ScoreStatus>()) Assert.True(outcome.ToHttp() > 0 && outcome.ToGrpc() >= 0);
    }
}
