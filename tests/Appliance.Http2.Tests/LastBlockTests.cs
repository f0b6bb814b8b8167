using System.Text;
using Appliance.Http2.Calls;
using Appliance.Http2.Hpack;
using Appliance.Http2.Tests.Conformance;
using Appliance.Http2.Tests.Conformance.Wire;
using Appliance.Http2.Tests.Endings;
using Microsoft.AspNetCore.Http.Features;

namespace Appliance.Http2.Tests;

public sealed class LastBlockTests : IAsyncLifetime
{
    private const int FirstDynamic = 62;

    private readonly AdmittedCallers _callers = new();
    private readonly List<string> _seen = [];
    private ScriptedServer? _server;
    private RawHttp2Client? _client;
    private int _stream = -1;

    public async ValueTask InitializeAsync()
    {
        _server = await ScriptedServer.StartAsync(ServeAsync, new HeadService(), callers: _callers);
        _client = await RawHttp2Client.OpenAsync(_server.Port);
    }

    public async ValueTask DisposeAsync()
    {
        await _client!.DisposeAsync();
        await _server!.DisposeAsync();
    }

    [Fact]
    public async Task Each_call_with_the_same_block_has_all_that_the_block_says()
    {
        var block = Call(("grpc-timeout", "5S"), ("x-caller-key", "ann"), ("x-model-version", "3"), ("authorization", "Bearer a"), ("x-api-key", "b"));
        for (var i = 0; i < 4; i++) Assert.Equal("5S ann 3 Bearer a|b", await AnswerAsync(block));
        Assert.Equal("   |", await AnswerAsync(Call()));
        Assert.Equal("5S ann 3 Bearer a|b", await AnswerAsync(block));
        Assert.Equal(6, _callers.Asked);
    }

    [Fact]
    public async Task Calls_of_one_read_with_the_same_block_are_each_answered()
    {
        var block = Call(("x-caller-key", "ann"));
        var frames = new List<byte[]>();
        for (var i = 0; i < 20; i++) frames.AddRange([RawFrames.Headers(_stream += 2, block), RawFrames.Data(_stream, [(byte)i], RawFrames.EndStream)]);
        await _client!.SendAsync([.. frames]);
        for (var stream = 1; stream <= _stream; stream += 2) Assert.Equal(" ann  |", Encoding.Latin1.GetString((await _client.ReadAnswerAsync(stream)).Body));
    }

    [Fact]
    public async Task A_caller_who_is_no_longer_admitted_is_refused_with_the_block_that_was_served()
    {
        var block = Call(("authorization", "Bearer a"));
        Assert.Equal("   Bearer a|", await AnswerAsync(block));
        _callers.Refuses = true;
        var refused = await SendAsync(block);
        Assert.Equal(("16", 0L), (refused.Header("grpc-status") ?? refused.Trailer("grpc-status"), refused.Length));
        _callers.Refuses = false;
        Assert.Equal("   Bearer a|", await AnswerAsync(block));
    }

    [Fact]
    public async Task The_same_bytes_mean_another_field_when_the_table_has_moved()
    {
        var indexed = new HpackWriter().Fields(Request.Fields(ServerUnderTest.UnaryPath)).Indexed(FirstDynamic).ToArray();
        Assert.Equal(" ann  |", await AnswerAsync(Entering("x-caller-key", "ann")));
        for (var i = 0; i < 2; i++) Assert.Equal(" ann  |", await AnswerAsync(indexed));
        Assert.Equal("  7 |", await AnswerAsync(Entering("x-model-version", "7")));
        for (var i = 0; i < 2; i++) Assert.Equal("  7 |", await AnswerAsync(indexed));
        // The block that enters a field enters it each time.
        Assert.Equal(" bob  |", await AnswerAsync(Entering("x-caller-key", "bob")));
        Assert.Equal(" bob  |", await AnswerAsync(Entering("x-caller-key", "bob")));
        var third = new HpackWriter().Fields(Request.Fields(ServerUnderTest.UnaryPath)).Indexed(FirstDynamic + 2).ToArray();
        Assert.Equal("  7 |", await AnswerAsync(third));
    }

    [Fact]
    public async Task A_table_that_was_emptied_in_between_makes_the_same_bytes_an_error()
    {
        var indexed = new HpackWriter().Fields(Request.Fields(ServerUnderTest.UnaryPath)).Indexed(FirstDynamic).ToArray();
        await AnswerAsync(Entering("x-caller-key", "ann"));
        Assert.Equal(" ann  |", await AnswerAsync(indexed));
        Assert.Equal("   |", await AnswerAsync(new HpackWriter().TableSize(0).TableSize(4096).Fields(Request.Fields(ServerUnderTest.UnaryPath)).ToArray()));
        await _client!.SendAsync(RawFrames.Headers(_stream + 2, indexed));
        await Verdict.ConnectionErrorAsync(_client, ErrorCode.CompressionError);
    }

    [Fact]
    public async Task A_block_that_changes_the_tables_size_does_so_each_time()
    {
        var shrinking = new HpackWriter().TableSize(0).Fields(Request.Fields(ServerUnderTest.UnaryPath)).ToArray();
        for (var i = 0; i < 2; i++) Assert.Equal("   |", await AnswerAsync(shrinking));
        // Nothing is kept by a table of no bytes.
        Assert.Equal(" ann  |", await AnswerAsync(Entering("x-caller-key", "ann")));
        await _client!.SendAsync(RawFrames.Headers(_stream + 2, new HpackWriter().Fields(Request.Fields(ServerUnderTest.UnaryPath)).Indexed(FirstDynamic).ToArray()));
        await Verdict.ConnectionErrorAsync(_client, ErrorCode.CompressionError);
    }

    [Fact]
    public async Task Trailers_in_between_leave_nothing_behind()
    {
        var block = Call(("x-caller-key", "ann"), ("authorization", "Bearer a"));
        for (var i = 0; i < 3; i++)
        {
            await _client!.SendAsync(
                RawFrames.Headers(_stream += 2, block), RawFrames.Data(_stream, [1]),
                RawFrames.Headers(_stream, Request.Block(("x-caller-key", "trailer")), RawFrames.EndHeaders | RawFrames.EndStream));
            Assert.Equal(" ann  Bearer a|", Encoding.Latin1.GetString((await _client.ReadAnswerAsync(_stream)).Body));
            Assert.Equal(" ann  Bearer a|", await AnswerAsync(block));
        }
    }

    [Fact]
    public async Task Trailers_of_the_same_bytes_as_the_headers_are_trailers()
    {
        var block = Call();
        Assert.Equal("   |", await AnswerAsync(block));
        // Pseudo-headers are no trailers: RFC 9113, 8.1.
        await _client!.SendAsync(RawFrames.Headers(_stream += 2, block), RawFrames.Headers(_stream, block, RawFrames.EndHeaders | RawFrames.EndStream));
        await Verdict.StreamErrorAsync(_client, _stream, ErrorCode.ProtocolError);
        Assert.Equal("   |", await AnswerAsync(block));
    }

    [Fact]
    public async Task Requests_that_are_not_unary_have_headers_of_their_own_each_time()
    {
        var block = Request.Block([.. Request.Fields(), ("x-one", "1")]);
        for (var i = 0; i < 3; i++) Assert.Equal(200, (await SendAsync(block)).Status);
        Assert.Equal("   |", await AnswerAsync(Call()));
        Assert.Equal(200, (await SendAsync(block)).Status);
        Assert.Equal(["1 ", "1 ", "1 ", "1 "], _seen);
    }

    [Fact]
    public async Task Malformed_ones_are_refused_each_time_and_change_nothing_for_the_next()
    {
        var malformed = Call(("connection", "close"));
        Assert.Equal("   |", await AnswerAsync(Call()));
        for (var i = 0; i < 3; i++)
        {
            await _client!.SendAsync(RawFrames.Headers(_stream += 2, malformed));
            await Verdict.StreamErrorAsync(_client, _stream, ErrorCode.ProtocolError);
        }
        Assert.Equal("   |", await AnswerAsync(Call()));
        // The table has what a malformed request entered.
        await _client!.SendAsync(RawFrames.Headers(_stream += 2, [.. Entering("x-caller-key", "ann"), .. new HpackWriter().Literal("connection", "close").ToArray()]));
        await Verdict.StreamErrorAsync(_client, _stream, ErrorCode.ProtocolError);
        Assert.Equal(" ann  |", await AnswerAsync(new HpackWriter().Fields(Request.Fields(ServerUnderTest.UnaryPath)).Indexed(FirstDynamic).ToArray()));
    }

    [Theory]
    [InlineData(256, true)]
    [InlineData(257, false)]
    [InlineData(1, true)]
    public void A_block_is_kept_as_long_as_it_is_short_and_the_table_stays(int length, bool isKept)
    {
        var table = new HpackDynamicTable(4096);
        var last = new LastBlock(table);
        var block = Enumerable.Range(0, length).Select(i => (byte)i).ToArray();
        Assert.False(last.Is(block));
        last.Keep(block, table.Changes);
        Assert.Equal((isKept, false, false), (last.Is(block), last.Is(block[1..]), last.Is([.. block, 0])));
        table.Resize(4096);
        Assert.False(last.Is(block));
        last.Keep(block, table.Changes - 1);
        Assert.False(last.Is(block));
        last.Keep(block, table.Changes);
        last.Forget();
        Assert.False(last.Is(block));
        Assert.False(last.Is([]));
    }

    private static byte[] Call(params (string Name, string Value)[] more) => Request.Block([.. Request.Fields(ServerUnderTest.UnaryPath), .. more]);

    private static byte[] Entering(string name, string value) =>
        new HpackWriter().Fields(Request.Fields(ServerUnderTest.UnaryPath)).Literal(name, value, HpackWriter.Indexing).ToArray();

    private async Task<Answer> SendAsync(byte[] block)
    {
        await _client!.SendAsync(RawFrames.Headers(_stream += 2, block), RawFrames.Data(_stream, Request.Message(30), RawFrames.EndStream));
        return await _client.ReadAnswerAsync(_stream);
    }

    private async Task<string> AnswerAsync(byte[] block) => Encoding.Latin1.GetString((await SendAsync(block)).Body);

    // Leaves its mark in the headers, which no other request must find.
    private Task ServeAsync(IFeatureCollection request)
    {
        var headers = request.GetRequiredFeature<IHttpRequestFeature>().Headers;
        _seen.Add($"{headers["x-one"]} {headers["x-mark"]}");
        headers["x-mark"] = "seen";
        return Task.CompletedTask;
    }

    private sealed class AdmittedCallers : UnaryCallers
    {
        public int Asked { get; private set; }
        public bool Refuses { get; set; }

        public override bool TryAdmit(ReadOnlySpan<byte> authorization, ReadOnlySpan<byte> apiKey, out object? caller, out UnaryRefusal refusal)
        {
            Asked++;
            caller = $"{Encoding.Latin1.GetString(authorization)}|{Encoding.Latin1.GetString(apiKey)}";
            refusal = new UnaryRefusal(16, "not admitted");
            return !Refuses;
        }
    }

    /// <summary>Answers with what its calls are told of their headers.</summary>
    private sealed class HeadService : UnaryService
    {
        public override bool Serves(ReadOnlySpan<byte> path) => path.SequenceEqual("/conformance.Echo/Unary"u8);

        public override UnaryCalls Open() => new HeadCalls();
    }

    private sealed class HeadCalls : UnaryCalls
    {
        public override UnaryCall Create() => new HeadCall();

        public override void ArrivedAll()
        {
        }
    }

    private sealed class HeadCall : UnaryCall
    {
        private string Words => $"{Encoding.Latin1.GetString(GrpcTimeout)} {Encoding.Latin1.GetString(CallerKey)} {Encoding.Latin1.GetString(ModelVersion)} {Caller}";

        protected override void Run() => Answer(Words.Length);

        protected override void WriteMessage(Span<byte> message) => Encoding.Latin1.GetBytes(Words, message);

        protected override void GiveUp()
        {
        }

        protected override void Release()
        {
        }
    }
}
