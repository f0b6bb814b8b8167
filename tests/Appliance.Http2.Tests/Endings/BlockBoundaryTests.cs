using Appliance.Http2.Tests.Conformance.Wire;

namespace Appliance.Http2.Tests.Endings;

public sealed class BlockBoundaryTests
{
    [Theory]
    [InlineData(16)]
    [InlineData(32)]
    [InlineData(64)]
    public async Task Every_frame_of_one_read_is_taken_wherever_the_blocks_of_the_transport_end(int blockBytes)
    {
        // 17 bytes each: of so many numbers of them, some have the last one begin with a block.
        for (var pings = 1; pings <= blockBytes + 4; pings++)
        {
            var peer = new MemoryPeer(new HandService(), blockBytes: blockBytes);
            peer.Send([.. Enumerable.Repeat(RawFrames.Ping(1), pings)]);
            for (var waited = 0; waited < 300 && Acknowledged(peer) < pings; waited++) await Task.Delay(10, TestContext.Current.CancellationToken);
            Assert.Equal(pings, Acknowledged(peer));
        }
    }

    private static int Acknowledged(MemoryPeer peer) => peer.Received().Count(frame => frame is { Type: FrameType.Ping, Flags: RawFrames.Ack });
}
