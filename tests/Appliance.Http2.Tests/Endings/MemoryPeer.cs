using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using Appliance.Http2.Calls;
using Appliance.Http2.Requests;
using Appliance.Http2.Streams;
using Appliance.Http2.Tests.Conformance;
using Appliance.Http2.Tests.Conformance.Wire;

namespace Appliance.Http2.Tests.Endings;

/// <summary>A connection over memory, whose other end the test has in hand.</summary>
internal sealed class MemoryPeer
{
    private readonly Pipe _in, _out;
    private readonly List<byte> _taken = [];

    /// <param name="blockBytes">Bytes of the blocks that the peer's frames are cut into.</param>
    /// <param name="unreadBytes">Bytes that the peer lets lie unread before the server must wait; 0 for any number.</param>
    /// <param name="drains">Whether the connection is to end before the peer has said a word.</param>
    public MemoryPeer(UnaryService service, ConnectionLimits? limits = null, int blockBytes = 4096, int unreadBytes = 0, bool drains = false)
    {
        _out = new Pipe(new PipeOptions(pauseWriterThreshold: unreadBytes, resumeWriterThreshold: unreadBytes / 2));
        _in = new Pipe(new PipeOptions(readerScheduler: PipeScheduler.Inline, minimumSegmentSize: blockBytes, pauseWriterThreshold: 0));
        Connection = new Http2Connection(new Transport(_in.Reader, _out.Writer), service, new NoRequests(), limits ?? new ConnectionLimits(), new UnfinishedBodies());
        if (drains) Connection.Drain();
        Running = Task.Run(Connection.RunAsync);
        Send(RawFrames.Preface.ToArray(), RawFrames.Settings());
    }

    public Http2Connection Connection { get; }
    public Task Running { get; }

    public void Send(params byte[][] frames)
    {
        _in.Writer.Write(RawFrames.Together(frames));
        _ = _in.Writer.FlushAsync();
    }

    /// <summary>All frames that were sent to the peer so far.</summary>
    public List<(FrameType Type, byte Flags)> Received()
    {
        if (!_out.Reader.TryRead(out var read)) return [];
        var frames = FramesOf(read.Buffer.ToArray()).Select(frame => (frame.Type, frame.Flags)).ToList();
        _out.Reader.AdvanceTo(read.Buffer.Start);
        return frames;
    }

    public static IEnumerable<(FrameType Type, byte Flags, int Stream, int Length)> FramesOf(byte[] bytes)
    {
        for (var at = 0; at + RawFrames.HeaderLength <= bytes.Length;)
        {
            var length = bytes[at] << 16 | bytes[at + 1] << 8 | bytes[at + 2];
            yield return ((FrameType)bytes[at + 3], bytes[at + 4], BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at + 5)), length);
            at += RawFrames.HeaderLength + length;
        }
    }

    /// <summary>Takes at most so many bytes of what was sent.</summary>
    public async Task<byte[]> TakeAsync(int bytes)
    {
        var read = await _out.Reader.ReadAsync(TestContext.Current.CancellationToken);
        var taken = read.Buffer.Slice(0, Math.Min(bytes, read.Buffer.Length));
        var copy = taken.ToArray();
        _out.Reader.AdvanceTo(taken.End);
        return copy;
    }

    /// <summary>Takes what is sent until all of it, from the first frame on, is as the condition says. In place of <see cref="Received"/>.</summary>
    public async Task<List<Frame>> TakeUntilAsync(Func<List<Frame>, bool> condition)
    {
        while (true)
        {
            var frames = Taken();
            if (condition(frames)) return frames;
            _taken.AddRange(await TakeAsync(int.MaxValue).WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken));
        }
    }

    /// <summary>All frames that were sent so far, where some are taken by <see cref="TakeUntilAsync"/>.</summary>
    public List<Frame> Taken()
    {
        if (_out.Reader.TryRead(out var read))
        {
            _taken.AddRange(read.Buffer.ToArray());
            _out.Reader.AdvanceTo(read.Buffer.End);
        }
        var bytes = _taken.ToArray();
        var at = 0;
        return [.. FramesOf(bytes).Select(frame =>
        {
            at += RawFrames.HeaderLength + frame.Length;
            return new Frame(frame.Type, frame.Flags, frame.Stream, bytes[(at - frame.Length)..at]);
        })];
    }

    public Task SeenAsync(FrameType type, int stream = 0) => TakeUntilAsync(frames => frames.Any(f => f.Type == type && f.Stream == stream));

    /// <summary>Takes nothing more; what it sent before is still there to be read.</summary>
    public void StopReading() => _out.Reader.Complete();

    public void EndSending() => _in.Writer.Complete();

    public void HangUp() => _in.Writer.Complete(new IOException("reset by peer"));

    private sealed record Transport(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    private sealed class NoRequests : IRequestDispatcher
    {
        public Http2Stream Create(RequestHead head) => throw new NotSupportedException();
    }
}

/// <summary>Unary calls that the test answers.</summary>
internal sealed class HandService : UnaryService
{
    public BlockingCollection<HandCall> Ran { get; } = [];
    public int GivenUp;

    /// <summary>Bytes of an answer; absent means those of the request.</summary>
    public int? AnswerBytes { get; init; }

    /// <summary>Times that a call was begun while it still was another stream's.</summary>
    public int Shared;

    public override bool Serves(ReadOnlySpan<byte> path) => path.SequenceEqual("/conformance.Echo/Unary"u8);
    public override UnaryCalls Open() => new HandCalls(this);

    public HandCall Next() => Ran.TryTake(out var call, 5000) ? call : throw new TimeoutException("no call came");

    private sealed class HandCalls(HandService service) : UnaryCalls
    {
        public override UnaryCall Create() => new HandCall(this, service);
        public override void ArrivedAll() { }
    }
}

internal sealed class HandCall(UnaryCalls calls, HandService service) : UnaryCall
{
    private int _begun;

    public void Reply()
    {
        Volatile.Write(ref _begun, 0);
        Answer(service.AnswerBytes ?? Body.Count);
        calls.Flush();
    }

    protected override void Run()
    {
        if (Interlocked.Exchange(ref _begun, 1) != 0) Interlocked.Increment(ref service.Shared);
        service.Ran.Add(this);
    }

    protected override void WriteMessage(Span<byte> message) => Body.AsSpan(0, Math.Min(Body.Count, message.Length)).CopyTo(message);
    protected override void GiveUp() => Interlocked.Increment(ref service.GivenUp);
    protected override void Release() { }
}
