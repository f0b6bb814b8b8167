using Appliance.LoadGen;
using Appliance.LoadGen.Recording;
using Xunit;

namespace LoadGen.Tests.Recording;

public sealed class LoadStatusTests
{
    [Theory]
    [InlineData(LoadProtocol.Grpc, 0, true)]
    [InlineData(LoadProtocol.Grpc, 14, false)]
    [InlineData(LoadProtocol.Grpc, 200, false)]
    [InlineData(LoadProtocol.Rest, 0, false)]
    [InlineData(LoadProtocol.Rest, 200, true)]
    [InlineData(LoadProtocol.Rest, 503, false)]
    [InlineData(LoadProtocol.Rest, LoadStatus.NotSent, false)]
    public void Only_the_protocols_own_success_is_ok(LoadProtocol protocol, int status, bool ok) => Assert.Equal(ok, LoadStatus.IsOk(protocol, status));

    [Theory]
    [InlineData(LoadProtocol.Grpc, 14, "grpc-14")]
    [InlineData(LoadProtocol.Grpc, 503, "http-503")]
    [InlineData(LoadProtocol.Rest, 503, "http-503")]
    [InlineData(LoadProtocol.Rest, LoadStatus.ConnectionLost, "connection-lost")]
    public void A_status_has_one_name(LoadProtocol protocol, int status, string name) => Assert.Equal(name, LoadStatus.NameOf(protocol, status));

    [Fact]
    public void Failures_are_counted_by_status_and_stay_out_of_the_latency()
    {
        var recorder = new LoadRecorder(LoadProtocol.Grpc, measureFrom: 0);
        foreach (var status in new[] { 0, 14, 14, 0, 70_000 })
        {
            recorder.Sending(due: 10, now: 11);
            recorder.Completed(due: 10, now: 20, status);
        }

        Assert.Equal([(0, 2), (14, 2), (LoadStatus.NoStatus, 1)], recorder.ByStatus());
        Assert.Equal((2, 5, 0), (recorder.Ok, recorder.Intended, recorder.InFlight));
        Assert.Equal((2, 10), (recorder.Latency.Count, recorder.Latency.Max));
    }
}
