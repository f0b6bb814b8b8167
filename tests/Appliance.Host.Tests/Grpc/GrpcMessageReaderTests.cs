using System.Buffers;
using System.IO.Pipelines;
using Appliance.Host.Grpc;

namespace Appliance.Host.Tests.Grpc;

public sealed class GrpcMessageReaderTests
{
    private const int Limit = 100;

    private static readonly byte[] Message = [.. Enumerable.Range(0, Limit).Select(i => (byte)i)];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Limit)]
    public async Task A_message_that_is_there_whole_is_handed_out_where_it_lies(int length)
    {
        var pipe = new Pipe();
        byte[] framed = FakeCall.Framed(Message[..length]);
        await pipe.Writer.WriteAsync(framed, TestContext.Current.CancellationToken);
        await pipe.Writer.CompleteAsync();
        Assert.True(GrpcMessageReader.TryReadWhole(pipe.Reader, Limit, out var message, out var end));
        Assert.Equal(Message[..length], message.ToArray());
        pipe.Reader.AdvanceTo(end);
        Assert.True((await pipe.Reader.ReadAsync(TestContext.Current.CancellationToken)).Buffer.IsEmpty);
    }

    public static TheoryData<string, byte[]> NotOneMessage => new()
    {
        { "nothing", [] },
        { "half a prefix", [0, 0, 0] },
        { "less than its prefix says", FakeCall.Framed(Message)[..^1] },
        { "more than its prefix says", [.. FakeCall.Framed(Message[..50]), 1] },
        { "two messages", [.. FakeCall.Framed(Message[..40]), .. FakeCall.Framed(Message[..40])] },
        { "a compressed message", FakeCall.Framed(Message, flag: 1) },
        { "one byte more than the limit", FakeCall.Framed([.. Message, 0]) },
        { "a length above the signed ones", [0, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2] },
    };

    [Theory, MemberData(nameof(NotOneMessage))]
    public async Task Anything_else_is_left_as_it_is(string what, byte[] body)
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(body, TestContext.Current.CancellationToken);
        await pipe.Writer.CompleteAsync();
        await IsLeftAsync(what, pipe, body);
    }

    [Fact]
    public async Task A_body_that_is_not_complete_is_left_as_it_is()
    {
        var pipe = new Pipe();
        Assert.False(GrpcMessageReader.TryReadWhole(pipe.Reader, Limit, out _, out _));
        var framed = FakeCall.Framed(Message);
        await pipe.Writer.WriteAsync(framed, TestContext.Current.CancellationToken);
        await IsLeftAsync("a body whose end did not come", pipe, framed);
    }

    [Fact]
    public async Task A_message_in_two_pieces_of_memory_is_left_as_it_is()
    {
        var pipe = new Pipe(new PipeOptions(minimumSegmentSize: 16));
        var framed = FakeCall.Framed(Message);
        foreach (var piece in framed.Chunk(16))
        {
            // Memory for one piece at a time, so that each has its own.
            piece.CopyTo(pipe.Writer.GetMemory(piece.Length));
            pipe.Writer.Advance(piece.Length);
        }
        pipe.Writer.GetMemory(4096);
        await pipe.Writer.WriteAsync(ReadOnlyMemory<byte>.Empty, TestContext.Current.CancellationToken);
        await pipe.Writer.CompleteAsync();
        Assert.True(pipe.Reader.TryRead(out var read));
        pipe.Reader.AdvanceTo(read.Buffer.Start);
        Assert.SkipWhen(read.Buffer.IsSingleSegment, "the pipe has memory larger than it was asked for");
        await IsLeftAsync("a message in pieces", pipe, framed);
    }

    [Theory]
    [InlineData(typeof(IOException))]
    [InlineData(typeof(OperationCanceledException))]
    public void A_body_that_was_broken_off_is_no_message_and_nothing_of_it_is_consumed(Type fault)
    {
        var body = new FaultyReader((Exception)Activator.CreateInstance(fault)!);
        Assert.False(GrpcMessageReader.TryReadWhole(body, Limit, out var message, out _));
        Assert.True(message.IsEmpty);
        Assert.False(body.Advanced);
    }

    [Fact]
    public void A_fault_of_another_kind_is_not_taken_for_one_of_the_callers() =>
        Assert.Throws<InvalidOperationException>(() => GrpcMessageReader.TryReadWhole(new FaultyReader(new InvalidOperationException()), Limit, out _, out _));

    private static async Task IsLeftAsync(string what, Pipe pipe, byte[] body)
    {
        Assert.False(GrpcMessageReader.TryReadWhole(pipe.Reader, Limit, out var message, out _), what);
        Assert.True(message.IsEmpty, what);
        var rest = await pipe.Reader.ReadAsync(TestContext.Current.CancellationToken);
        Assert.Equal(body, rest.Buffer.ToArray());
    }

    private sealed class FaultyReader(Exception fault) : PipeReader
    {
        public bool Advanced { get; private set; }

        public override bool TryRead(out ReadResult result) => throw fault;

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) => throw fault;

        public override void AdvanceTo(SequencePosition consumed) => Advanced = true;

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => Advanced = true;

        public override void CancelPendingRead()
        {
        }

        public override void Complete(Exception? exception = null)
        {
        }
    }
}
