using System.Buffers;
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
    private readonly Pipe _in, _out = new(new PipeOptions(pauseWriterThreshold: 0));

    /// <param name="blockBytes">Bytes of the blocks that the peer's frames are cut into.</param>
    public MemoryPeer(UnaryService service, ConnectionLimits? limits = null, int blockBytes = 4096)
    {
        _in = new Pipe(new PipeOptions(readerScheduler: PipeScheduler.Inline, minimumSegmentSize: blockBytes, pauseWriterThreshold: 0));
        Connection = new Http2Connection(new Transport(_in.Reader, _out.Writer), service, new NoRequests(), limits ?? new ConnectionLimits(), new UnfinishedBodies());
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
        var frames = new List<(FrameType, byte)>();
        if (!_out.Reader.TryRead(out var read)) return frames;
        var bytes = read.Buffer.ToArray();
        for (var at = 0; at < bytes.Length; at += RawFrames.HeaderLength + (bytes[at] << 16 | bytes[at + 1] << 8 | bytes[at + 2]))
        {
            frames.Add(((FrameType)bytes[at + 3], bytes[at + 4]));
        }
        _out.Reader.AdvanceTo(read.Buffer.Start);
        return frames;
    }

    /// <summary>Takes nothing more; what it sent before is still there to be read.</summary>
    public void StopReading() => _out.Reader.Complete();

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
        Answer(Body.Count);
        calls.Flush();
    }

    protected override void Run()
    {
        if (Interlocked.Exchange(ref _begun, 1) != 0) Interlocked.Increment(ref service.Shared);
        service.Ran.Add(this);
    }

    protected override void WriteMessage(Span<byte> message) => Body.AsSpan().CopyTo(message);
    protected override void GiveUp() => Interlocked.Increment(ref service.GivenUp);
    protected override void Release() { }
}
