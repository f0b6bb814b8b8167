using System.IO.Compression;
using System.Runtime.InteropServices;
using Appliance.Host.Grpc;
using Appliance.Inference;
using Appliance.Inference.Tensors;

namespace Appliance.Host.Tests.Grpc;

public sealed class GrpcFramingTests
{
    private const int Limit = 100;

    private static readonly byte[] Message = [.. Enumerable.Range(0, Limit).Select(i => (byte)i)];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Limit)]
    public void A_message_is_handed_out_where_it_lies(int length)
    {
        byte[] block = [9, 9, 9, .. FakeCall.Framed(Message[..length]), 9];
        var body = new ArraySegment<byte>(block, 3, length + GrpcFraming.PrefixBytes);
        Assert.Equal(ScoreStatus.Ok, Read(body, Limit, "gzip", out var message, out var unpacked, out var error));
        Assert.Equal(Message[..length], message.ToArray());
        Assert.True(MemoryMarshal.TryGetArray(message, out var lies));
        Assert.Equal((block, 3 + GrpcFraming.PrefixBytes), (lies.Array, lies.Offset));
        Assert.Null(unpacked);
        Assert.Null(error);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(70_000)]
    public void What_is_written_in_front_of_a_message_reads_back(int length)
    {
        var framed = new byte[GrpcFraming.PrefixBytes + length];
        framed[0] = 77;
        GrpcFraming.WritePrefix(framed);
        Assert.Equal(FakeCall.Framed(new byte[length]), framed);
    }

    public static TheoryData<string, byte[], ScoreStatus, string> NotOneMessage => new()
    {
        { "nothing", [], ScoreStatus.InvalidArgument, GrpcFraming.EndsEarly },
        { "half a prefix", [0, 0, 0], ScoreStatus.InvalidArgument, GrpcFraming.EndsEarly },
        { "a prefix alone", [0, 0, 0, 0, 1], ScoreStatus.InvalidArgument, GrpcFraming.EndsEarly },
        { "less than its prefix says", FakeCall.Framed(Message)[..^1], ScoreStatus.InvalidArgument, GrpcFraming.EndsEarly },
        { "a length above the signed ones", [0, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2], ScoreStatus.InvalidArgument, GrpcFraming.EndsEarly },
        { "more than its prefix says", [.. FakeCall.Framed(Message[..50]), 1], ScoreStatus.InvalidArgument, "a unary call carries one message, got more" },
        { "two messages", [.. FakeCall.Framed(Message[..40]), .. FakeCall.Framed(Message[..40])], ScoreStatus.InvalidArgument, "a unary call carries one message, got more" },
        { "two empty messages", [.. FakeCall.Framed(Message[..0]), .. FakeCall.Framed(Message[..0])], ScoreStatus.InvalidArgument, "a unary call carries one message, got more" },
        { "one byte more than the limit", FakeCall.Framed([.. Message, 0]), ScoreStatus.TooLarge, "the message has 101 bytes; at most 100 are taken" },
    };

    [Theory, MemberData(nameof(NotOneMessage))]
    public void Anything_else_is_refused_with_the_reason(string what, byte[] body, ScoreStatus expected, string words)
    {
        Assert.True(Read(body, Limit, null, out var message, out var unpacked, out var error) == expected, what);
        Assert.Equal((words, 0), (error, message.Length));
        Assert.Null(unpacked);
    }

    [Fact]
    public void A_good_body_is_taken_at_every_byte_of_its_way()
    {
        var framed = FakeCall.Framed(Message);
        for (var arrived = 0; arrived <= framed.Length; arrived++)
        {
            Assert.Equal(ScoreStatus.Ok, GrpcFraming.CheckArriving(framed.AsSpan(0, arrived), Limit, out var error));
            Assert.Null(error);
        }
    }

    [Theory]
    [InlineData(new byte[] { 0, 0, 0, 0, Limit + 1 }, "the message has 101 bytes; at most 100 are taken")]
    [InlineData(new byte[] { 0, 0xFF, 0xFF, 0xFF, 0xFF }, "the message has 4294967295 bytes; at most 100 are taken")]
    public void A_length_beyond_the_limit_is_refused_as_soon_as_it_is_announced(byte[] prefix, string words)
    {
        Assert.Equal(ScoreStatus.Ok, GrpcFraming.CheckArriving(prefix.AsSpan(0, 4), Limit, out _));
        Assert.Equal(ScoreStatus.TooLarge, GrpcFraming.CheckArriving(prefix, Limit, out var error));
        Assert.Equal(words, error);
    }

    [Fact]
    public void More_than_one_message_is_refused_with_its_first_byte()
    {
        byte[] body = [.. FakeCall.Framed(Message[..3]), 0];
        Assert.Equal(ScoreStatus.Ok, GrpcFraming.CheckArriving(body.AsSpan(0, body.Length - 1), Limit, out _));
        Assert.Equal(ScoreStatus.InvalidArgument, GrpcFraming.CheckArriving(body, Limit, out var error));
        Assert.Equal("a unary call carries one message, got more", error);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Limit)]
    public void A_compressed_message_is_unpacked_into_memory_that_is_the_callers(int length)
    {
        var body = FakeCall.Framed(Packed(Message[..length]), flag: 1);
        Assert.Equal(ScoreStatus.Ok, Read(body, 1000, "gzip", out var message, out var unpacked, out _));
        Assert.Equal(Message[..length], message.ToArray());
        Assert.True(MemoryMarshal.TryGetArray(message, out var lies));
        Assert.Same(unpacked, lies.Array);
        RequestMemory.Instance.Return(unpacked!);
    }

    [Theory]
    [InlineData(5_000, 5_000, ScoreStatus.Ok)]
    [InlineData(5_000, 4_999, ScoreStatus.TooLarge)]
    [InlineData(1_000_000, 50_000, ScoreStatus.TooLarge)]
    public void The_limit_holds_for_what_a_message_unpacks_to(int length, int limit, ScoreStatus expected)
    {
        var body = FakeCall.Framed(Packed(new byte[length]), flag: 1);
        Assert.Equal(expected, Read(body, limit, "gzip", out var message, out var unpacked, out var error));
        Assert.Equal(expected == ScoreStatus.Ok ? length : 0, message.Length);
        Assert.Equal(expected == ScoreStatus.Ok, unpacked is not null);
        Assert.Equal(expected == ScoreStatus.Ok ? null : $"the message unpacks to more than the {limit} bytes that are taken", error);
        if (unpacked is not null) RequestMemory.Instance.Return(unpacked);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("identity")]
    [InlineData("snappy")]
    public void A_compressed_message_of_another_encoding_is_not_supported(string? encoding)
    {
        Assert.Equal(ScoreStatus.UnknownCoding, Read(FakeCall.Framed(Message, flag: 1), Limit, encoding, out _, out var unpacked, out var error));
        Assert.Equal($"the message is compressed with '{encoding}'; identity,gzip,deflate are taken", error);
        Assert.Null(unpacked);
    }

    [Fact]
    public void What_is_marked_as_gzip_and_is_not_is_refused()
    {
        Assert.Equal(ScoreStatus.InvalidArgument, Read(FakeCall.Framed(Message, flag: 1), Limit, "gzip", out _, out var unpacked, out var error));
        Assert.Equal("the message is marked as gzip and is not", error);
        Assert.Null(unpacked);
    }

    // As a call reads its message.
    private static ScoreStatus Read(ArraySegment<byte> body, int limit, string? encoding, out ReadOnlyMemory<byte> message, out byte[]? unpacked, out string? error)
    {
        unpacked = null;
        var status = GrpcFraming.ReadSingle(body, limit, encoding, out message, out var isPacked, out error);
        if (status != ScoreStatus.Ok || !isPacked) return status;
        status = GrpcFraming.Unpack(body[GrpcFraming.PrefixBytes..], encoding, limit, out unpacked, out var length, out error);
        message = unpacked.AsMemory(0, length);
        return status;
    }

    private static byte[] Packed(byte[] message)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(message);
        return packed.ToArray();
    }
}
