using Appliance.Http2.Calls;
using Appliance.Http2.Tests.Conformance;
using Appliance.Http2.Tests.Conformance.Wire;

namespace Appliance.Http2.Tests.Endings;

/// <summary>Long answers whose windows are open, to a peer who takes them slowly or not at all.</summary>
public sealed class FullOutputTests
{
    private const int AnswerBytes = 111_408;

    // What the pipe of the tests lets lie unread, as a socket's buffer would.
    private const int Unread = 64 * 1024;

    [Fact]
    public async Task Calls_that_arrive_together_are_begun_no_faster_than_their_answers_are_taken()
    {
        const int Calls = 300;
        var service = new LongAnswers();
        var peer = Open(service);
        peer.Send([.. Enumerable.Range(0, Calls).Select(Call)]);
        BecomesFull(peer);
        Assert.InRange(Volatile.Read(ref service.Begun), 1, 8);

        var taken = 0;
        var answered = await TakeUntilAsync(peer, Calls, () => Assert.InRange(Volatile.Read(ref service.Begun), 1, 12 + (2 * ++taken * (Unread / 2) / AnswerBytes)));
        Assert.Equal(Enumerable.Range(0, Calls).ToDictionary(i => (2 * i) + 1, _ => AnswerBytes), answered);
    }

    [Fact]
    public async Task The_last_calls_of_a_peer_who_sends_no_more_are_answered_too()
    {
        const int Calls = 10;
        var peer = Open(new LongAnswers { AnswerBytes = 1 << 20 });
        peer.Send([.. Enumerable.Range(0, Calls).Select(Call)]);
        peer.EndSending();
        BecomesFull(peer);
        Assert.Equal(Calls, (await TakeUntilAsync(peer, Calls)).Count);
    }

    [Fact]
    public async Task Answers_of_other_threads_wait_in_their_own_memory_until_the_output_has_room()
    {
        const int Calls = 32;
        var service = new HandService { AnswerBytes = AnswerBytes };
        var peer = Open(service);
        peer.Send([.. Enumerable.Range(0, Calls).Select(Call)]);
        var calls = Enumerable.Range(0, Calls).Select(_ => service.Next()).ToArray();
        foreach (var call in calls) call.Reply();
        BecomesFull(peer);
        Assert.InRange(calls.Count(call => call.Pending is not null), Calls - 4, Calls);
        Assert.Equal(Calls, (await TakeUntilAsync(peer, Calls)).Count);
        Assert.All(calls, call => Assert.Null(call.Pending));
    }

    [Fact]
    public async Task An_answer_that_waits_behind_others_for_a_slow_peer_is_not_given_up()
    {
        const int Calls = 32;
        var service = new HandService { AnswerBytes = AnswerBytes };
        var peer = Open(service, new ConnectionLimits { StallTimeout = TimeSpan.FromSeconds(4) });
        peer.Send([.. Enumerable.Range(0, Calls).Select(Call)]);
        foreach (var call in Enumerable.Range(0, Calls).Select(_ => service.Next()).ToArray()) call.Reply();
        // A second passes with each half of what may lie unread: a round of all answers takes several times the limit.
        var answered = await TakeUntilAsync(peer, Calls, () => Assert.False(peer.Connection.OnSecond()));
        Assert.Equal(Enumerable.Range(0, Calls).ToDictionary(i => (2 * i) + 1, _ => AnswerBytes), answered);
    }

    private static byte[] Call(int index) => Request.Call((2 * index) + 1, Request.Message(30), ServerUnderTest.UnaryPath);

    private static MemoryPeer Open(UnaryService service, ConnectionLimits? limits = null)
    {
        var peer = new MemoryPeer(service, limits, unreadBytes: Unread);
        peer.Send(RawFrames.Settings((SettingId.InitialWindowSize, int.MaxValue)), RawFrames.WindowUpdate(0, int.MaxValue - 65_535));
        return peer;
    }

    private static void BecomesFull(MemoryPeer peer) =>
        Assert.True(SpinWait.SpinUntil(() => peer.Connection.Output.IsCongested, TimeSpan.FromSeconds(20)), "the output did not fill");

    // Bytes of each answer, once so many have ended.
    private static async Task<Dictionary<int, int>> TakeUntilAsync(MemoryPeer peer, int answers, Action? between = null)
    {
        var lengths = new Dictionary<int, int>();
        var rest = Array.Empty<byte>();
        for (var ended = 0; ended < answers; between?.Invoke())
        {
            rest = [.. rest, .. await peer.TakeAsync(Unread / 2).WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken)];
            var at = 0;
            foreach (var frame in MemoryPeer.FramesOf(rest))
            {
                if (at + RawFrames.HeaderLength + frame.Length > rest.Length) break;
                at += RawFrames.HeaderLength + frame.Length;
                Assert.NotEqual(FrameType.ResetStream, frame.Type);
                if (frame.Type == FrameType.Data) lengths[frame.Stream] = lengths.GetValueOrDefault(frame.Stream) + frame.Length;
                if (frame.Type == FrameType.Headers && (frame.Flags & RawFrames.EndStream) != 0) ended++;
            }
            rest = rest[at..];
        }
        return lengths;
    }
}
