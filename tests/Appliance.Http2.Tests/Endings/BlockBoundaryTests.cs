using Appliance.Http2.Tests.Conformance.Wire;

namespace Appliance.Http2.Tests.Endings;

public sealed class BlockBoundaryTests
{
    [Theory]
    [InlineData(16)]
    [InlineData(32)]
    [InlineData(64)]
    [InlineData(4096)]
    public async Task Every_frame_of_one_read_is_taken_wherever_the_blocks_of_the_transport_end(int blockBytes)
    {
        // 17 bytes each: within this many, one ends exactly with a block of any of these sizes.
        const int Pings = 600;
        var peer = new MemoryPeer(new HandService(), blockBytes: blockBytes);
        var ping = RawFrames.Ping(1);
        peer.Send([.. Enumerable.Repeat(ping, Pings)]);
        for (var waited = 0; waited < 500 && Acknowledged() < Pings; waited++) await Task.Delay(10, TestContext.Current.CancellationToken);
        Assert.Equal(Pings, Acknowledged());

        int Acknowledged() => peer.Received().Count(frame => frame is { Type: FrameType.Ping, Flags: RawFrames.Ack });
    }
}
