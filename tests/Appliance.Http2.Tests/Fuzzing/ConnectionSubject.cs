using System.Buffers;
using System.IO.Pipelines;
using Appliance.Http2.Calls;
using Appliance.Http2.Requests;
using Appliance.Http2.Streams;
using Appliance.Http2.Tests.Conformance;
using Appliance.Http2.Tests.Conformance.Wire;
using Appliance.Http2.Tests.Endings;
using TestKit.Fuzzing;

namespace Appliance.Http2.Tests.Fuzzing;

/// <summary>
/// A whole connection over memory that gets everything its peer sends at once, and then the end. Its service answers at once. Taken: it ends without an error.
/// </summary>
internal sealed class ConnectionSubject : FuzzSubject
{
    private const byte NoError = 0;

    public override IMutator Mutator { get; } = new FrameMutator();

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        RawFrames.Together(RawFrames.Preface.ToArray(), RawFrames.Settings((SettingId.InitialWindowSize, 70_000)), RawFrames.SettingsAck(),
            Call(1, 30), Call(3, 200), RawFrames.Ping(7), RawFrames.WindowUpdate(0, 1000), RawFrames.WindowUpdate(3, 5), Call(5, 5)),
        RawFrames.Together(RawFrames.Preface.ToArray(), RawFrames.Settings((SettingId.InitialWindowSize, 10)),
            Call(1, 60), RawFrames.WindowUpdate(1, 100), RawFrames.Priority(3, 0), Call(3, 60), RawFrames.ResetStream(3), RawFrames.Settings((SettingId.InitialWindowSize, 50)), RawFrames.GoAway(0, ErrorCode.NoError)),
        RawFrames.Together(RawFrames.Preface.ToArray(), RawFrames.Settings(), Divided(1), Padded(3), Call(5, 40)),
    ];

    // A connection's own memory, and what its answers lie in until they are read.
    public override long AllowedBytes(int length) => (1 << 20) + (256L * length);

    public override bool Decode(byte[] input)
    {
        var (toServer, fromServer) = (new Pipe(Inline), new Pipe(Inline));
        var connection = new Http2Connection(
            new Transport(toServer.Reader, fromServer.Writer), new EchoAtOnce(), new NoRequests(), new ConnectionLimits(), new UnfinishedBodies());
        toServer.Writer.Write(input);
        toServer.Writer.Complete();
        var running = connection.RunAsync();
        Assert.True(running.Wait(TimeSpan.FromSeconds(30)), "the connection does not end");
        fromServer.Reader.TryRead(out var read);
        var sent = read.Buffer.ToArray();
        fromServer.Reader.Complete();
        return EndsWell(sent);
    }

    /// <summary>What was sent must be whole frames, the last of them a GOAWAY wherever the preface was one; answers whether that tells of no error.</summary>
    private static bool EndsWell(byte[] sent)
    {
        if (sent.Length == 0 || sent.AsSpan().StartsWith("HTTP/1.1"u8)) return false;
        byte[]? last = null;
        for (var at = 0; at < sent.Length;)
        {
            Assert.True(sent.Length - at >= RawFrames.HeaderLength, "half a frame's header was sent");
            var length = RawFrames.HeaderLength + (sent[at] << 16 | sent[at + 1] << 8 | sent[at + 2]);
            Assert.True(length <= sent.Length - at && length <= RawFrames.HeaderLength + RawFrames.SmallestMaxLength, "half a frame was sent, or too large a one");
            Assert.True(sent[at + 3] <= (byte)FrameType.Continuation, $"a frame of type {sent[at + 3]} was sent");
            last = sent[at..(at + length)];
            at += length;
        }
        Assert.Equal((byte)FrameType.GoAway, last![3]);
        return last[RawFrames.HeaderLength + 7] == NoError;
    }

    private static PipeOptions Inline => new(readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, pauseWriterThreshold: 0, useSynchronizationContext: false);

    private static byte[] Call(int stream, int bytes) => Request.Call(stream, Request.Message(bytes), ServerUnderTest.UnaryPath);

    private static byte[] Divided(int stream)
    {
        var block = Request.Block([.. Request.Fields(ServerUnderTest.UnaryPath), ("x-own", "value"), ("grpc-timeout", "1S")]);
        var body = Request.Message(50);
        return RawFrames.Together(
            RawFrames.Headers(stream, block.AsSpan(0, 12), flags: 0), RawFrames.Continuation(stream, block.AsSpan(12, 20), flags: 0), RawFrames.Continuation(stream, block.AsSpan(32)),
            RawFrames.Data(stream, body.AsSpan(0, 20)), RawFrames.Data(stream, body.AsSpan(20), RawFrames.EndStream));
    }

    private static byte[] Padded(int stream) => RawFrames.Together(
        RawFrames.Encode(FrameType.Headers, RawFrames.EndHeaders | RawFrames.Padded | RawFrames.HasPriority, stream,
            RawFrames.Pad([.. RawFrames.PriorityFields(0, 3), .. Request.Block(Request.Fields(ServerUnderTest.UnaryPath))], 9)),
        RawFrames.Encode(FrameType.Data, RawFrames.Padded | RawFrames.EndStream, stream, RawFrames.Pad(Request.Message(20), 4)));

    private sealed record Transport(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    private sealed class NoRequests : IRequestDispatcher
    {
        public Http2Stream Create(RequestHead head) => new Swallowing();
    }

    /// <summary>A request that nobody answers: it takes what comes.</summary>
    private sealed class Swallowing : Http2Stream
    {
        internal override void Receive(ReadOnlySpan<byte> data) => Connection.Consumed(this, data.Length);
        internal override void ReceivedAll() => Connection.Reset(this, Frames.Http2ErrorCode.RefusedStream);
        internal override void Abandoned() => Connection.Ended(this);
        internal override void PendingSent() { }
        internal override void WriteTrailers() { }
    }

    private sealed class EchoAtOnce : UnaryService
    {
        public override bool Serves(ReadOnlySpan<byte> path) => path.SequenceEqual("/conformance.Echo/Unary"u8);
        public override UnaryCalls Open() => new Calls();

        private sealed class Calls : UnaryCalls
        {
            public override UnaryCall Create() => new Call();
            public override void ArrivedAll() { }
        }

        private sealed class Call : UnaryCall
        {
            protected override void Run() => Answer(Body.Count);
            protected override void WriteMessage(Span<byte> message) => Body.AsSpan().CopyTo(message);
            protected override void GiveUp() { }
            protected override void Release() { }
        }
    }
}
