using Appliance.Http2.Tests.Conformance.Wire;

namespace Appliance.Http2.Tests.Conformance;

/// <summary>
/// Clients that make the server answer and never read: its memory is bounded, because it ceases to read or ends the connection. Run apart
/// from the other tests, whose memory would be counted too.
/// </summary>
[Trait("RFC 9113", "10.5")]
[Collection(nameof(UnreadFloodTests))]
[CollectionDefinition(nameof(UnreadFloodTests), DisableParallelization = true)]
public sealed class UnreadFloodTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private const int Flood = 32 << 20;

    // A quarter of the flood: the answers to it are as long as itself, so a server that keeps them keeps more than that.
    private const long MayGrow = Flood / 4;

    // Enough for a server that reads; one that has ceased to read never takes more.
    private static readonly TimeSpan Stall = TimeSpan.FromMilliseconds(500);

    public static TheoryData<string, byte[]> Answered => new()
    {
        { "PING", RawFrames.Ping(1) },
        { "SETTINGS", RawFrames.Settings() },
        { "SETTINGS with a value", RawFrames.Settings((SettingId.InitialWindowSize, 65_535)) },
    };

    [Theory, MemberData(nameof(Answered))]
    public async Task Frames_that_must_be_answered_are_not_hoarded(string what, byte[] frame)
    {
        await using var client = await OpenDeafAsync();
        var some = RawFrames.Together(Enumerable.Repeat(frame, (1 << 16) / frame.Length));
        var (sent, grown) = await FloodAsync(client, () => some);
        Assert.True(grown < MayGrow, $"{grown} bytes more after {sent} of {what}.");
    }

    [Theory]
    [InlineData(ServerUnderTest.OrdinaryPath)]
    [InlineData(ServerUnderTest.UnaryPath)]
    public async Task Answers_that_nobody_reads_are_not_hoarded(string path)
    {
        await using var client = await OpenDeafAsync();
        var body = Request.Message(1_000);
        var stream = -1;
        var (sent, grown) = await FloodAsync(client, () => RawFrames.Together(Enumerable.Range(0, 50).Select(_ => Request.Call(stream += 2, body, path))));
        Assert.True(grown < MayGrow, $"{grown} bytes more after {sent} of requests.");
    }

    [Theory]
    [InlineData(ServerUnderTest.OrdinaryPath)]
    [InlineData(ServerUnderTest.UnaryPath)]
    public async Task Errors_of_streams_that_nobody_reads_are_not_hoarded(string path)
    {
        await using var client = await OpenDeafAsync();
        var stream = -1;
        var (sent, grown) = await FloodAsync(client, () => RawFrames.Together(Enumerable.Range(0, 500).Select(_ => Request.Open(stream += 2, path))));
        Assert.True(grown < MayGrow, $"{grown} bytes more after {sent} of refused requests.");
    }

    [Theory]
    [InlineData(ServerUnderTest.OrdinaryPath)]
    [InlineData(ServerUnderTest.UnaryPath)]
    public async Task A_large_answer_that_nobody_reads_holds_nobody_up(string path)
    {
        await using var client = await RawHttp2Client.OpenAsync(server.Port, (SettingId.InitialWindowSize, int.MaxValue));
        await client.SendAsync(RawFrames.WindowUpdate(0, 1 << 30));
        await client.UploadCallAsync(1, Request.Message(3 << 20), path);
        await server.AssertServesOthersAsync();
    }

    [Fact]
    [Trait("RFC 9113", "6.9.1")]
    public async Task Data_beyond_the_servers_windows_are_an_error_before_they_fill_its_memory()
    {
        await using var client = await server.OpenAsync();
        await client.SendAsync(Request.Open(1, ServerUnderTest.HoldingPath));
        var some = RawFrames.Data(1, new byte[RawFrames.SmallestMaxLength]);
        var (sent, grown) = await FloodAsync(client, () => some);
        Assert.True(grown < MayGrow, $"{grown} bytes more after {sent}.");
        Assert.True(sent < Flood, "All of it was taken.");
        await client.ReadToCloseAsync();
        Assert.True(client.GoAwayCode is null or ErrorCode.FlowControlError or ErrorCode.EnhanceYourCalm or ErrorCode.StreamClosed, $"GOAWAY {client.GoAwayCode}");
    }

    /// <summary>A client that will read nothing: with a small buffer, so that the server finds out soon.</summary>
    private async Task<RawHttp2Client> OpenDeafAsync()
    {
        var client = await RawHttp2Client.ConnectAsync(server.Port, receiveBuffer: 1 << 12);
        await client.SendAsync([.. RawFrames.Preface, .. RawFrames.Settings((SettingId.InitialWindowSize, int.MaxValue)), .. RawFrames.WindowUpdate(0, 1 << 30)]);
        return client;
    }

    /// <summary>Sends until the server takes no more or the flood is over; says how much that was and by how much memory has grown.</summary>
    private async Task<(long Sent, long Grown)> FloodAsync(RawHttp2Client client, Func<byte[]> next)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        long sent = 0;
        while (sent < Flood)
        {
            var some = next();
            if (await client.TrySendAsync(some, Stall) != SendOutcome.Sent)
            {
                break;
            }
            sent += some.Length;
        }
        await server.AssertServesOthersAsync();
        return (sent, GC.GetTotalMemory(forceFullCollection: true) - before);
    }
}
