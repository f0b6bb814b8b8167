using System.Buffers.Binary;
using Appliance.Http2.Tests.Conformance;
using Appliance.Http2.Tests.Conformance.Wire;

namespace Appliance.Http2.Tests.Endings;

/// <summary>A connection that is to end: what its peer sends before it has heard of that is served, as RFC 9113, 6.8 asks.</summary>
public sealed class DrainTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly HandService _service = new();

    [Fact]
    public async Task A_call_that_was_under_way_when_the_server_said_goodbye_is_answered()
    {
        var peer = new MemoryPeer(_service);
        Answer(peer, 1);
        await peer.SeenAsync(FrameType.Data, stream: 1);
        peer.Connection.Drain();
        await peer.SeenAsync(FrameType.GoAway);
        // Several looks of the reader later, no stream open.
        await PingAsync(peer);
        Answer(peer, 3);
        await peer.SeenAsync(FrameType.Data, stream: 3);
        peer.Send(await HeardAsync(peer));
        await peer.Running.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Equal([int.MaxValue, 3], GoAways(peer));
    }

    [Fact]
    public async Task What_comes_after_the_peer_has_heard_is_refused_while_answers_are_owed()
    {
        var peer = new MemoryPeer(_service);
        peer.Send(Request.Call(1, Request.Message(30), ServerUnderTest.UnaryPath));
        var owed = _service.Next();
        peer.Connection.Drain();
        peer.Send(await HeardAsync(peer));
        peer.Send(Request.Call(3, Request.Message(30), ServerUnderTest.UnaryPath));
        await peer.SeenAsync(FrameType.ResetStream, stream: 3);
        owed.Reply();
        await peer.Running.WaitAsync(Patience, TestContext.Current.CancellationToken);
        await peer.SeenAsync(FrameType.Data, stream: 1);
        Assert.Equal([int.MaxValue, 1, 1], GoAways(peer));
    }

    [Fact]
    public async Task A_peer_that_does_not_say_that_it_has_heard_is_waited_for_so_long_and_no_longer()
    {
        var peer = new MemoryPeer(_service);
        await PingAsync(peer);
        peer.Connection.Drain();
        peer.Connection.OnSecond();
        await PingAsync(peer);
        Assert.False(peer.Running.IsCompleted);
        peer.Connection.OnSecond();
        await peer.Running.WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_peer_that_closes_its_side_is_not_waited_for()
    {
        var peer = new MemoryPeer(_service);
        await PingAsync(peer);
        peer.Connection.Drain();
        peer.EndSending();
        await peer.Running.WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Who_connects_while_the_server_stops_is_served_and_told()
    {
        var peer = new MemoryPeer(_service, drains: true);
        Answer(peer, 1);
        await peer.SeenAsync(FrameType.Data, stream: 1);
        peer.Send(await HeardAsync(peer));
        await peer.Running.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Equal([int.MaxValue, 1], GoAways(peer));
    }

    [Fact]
    public async Task A_connection_that_has_rested_for_too_long_serves_the_call_that_comes_just_then()
    {
        var peer = new MemoryPeer(_service, new ConnectionLimits { IdleTimeout = TimeSpan.FromSeconds(1) });
        await PingAsync(peer);
        peer.Connection.OnSecond();
        peer.Connection.OnSecond();
        await peer.SeenAsync(FrameType.GoAway);
        Answer(peer, 1);
        await peer.SeenAsync(FrameType.Data, stream: 1);
        peer.Send(await HeardAsync(peer));
        await peer.Running.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Equal([int.MaxValue, 1], GoAways(peer));
    }

    private void Answer(MemoryPeer peer, int stream)
    {
        peer.Send(Request.Call(stream, Request.Message(30), ServerUnderTest.UnaryPath));
        _service.Next().Reply();
    }

    /// <summary>Once a second ping is answered, the server has looked at its streams since the first.</summary>
    private static async Task PingAsync(MemoryPeer peer)
    {
        for (var i = 0; i < 2; i++)
        {
            var before = peer.Taken().Count(IsAnswer);
            peer.Send(RawFrames.Ping(77));
            await peer.TakeUntilAsync(frames => frames.Count(IsAnswer) > before);
        }
        static bool IsAnswer(Frame frame) => frame.Type == FrameType.Ping && frame.Has(RawFrames.Ack);
    }

    /// <summary>What a peer answers to the ping behind the goodbye.</summary>
    private static async Task<byte[]> HeardAsync(MemoryPeer peer)
    {
        var frames = await peer.TakeUntilAsync(frames => frames.Any(IsQuestion));
        return RawFrames.Encode(FrameType.Ping, RawFrames.Ack, 0, frames.First(IsQuestion).Payload);
        static bool IsQuestion(Frame frame) => frame.Type == FrameType.Ping && !frame.Has(RawFrames.Ack);
    }

    private static List<int> GoAways(MemoryPeer peer) =>
        [.. peer.Taken().Where(f => f.Type == FrameType.GoAway).Select(f => BinaryPrimitives.ReadInt32BigEndian(f.Payload))];
}
