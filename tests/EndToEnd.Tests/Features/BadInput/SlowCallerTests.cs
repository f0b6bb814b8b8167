using System.Net;
using System.Text;
using Contracts.Journal;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Wire;
using Google.Protobuf;

namespace EndToEnd.Tests.Features.BadInput;

/// <summary>Callers who read or send slowly, or change the definitions while others send, hold nobody up and take no memory that grows.</summary>
public sealed class SlowCallerTests(MistreatedFeatures mistreated) : IClassFixture<MistreatedFeatures>
{
    private const int Callers = 50;
    private const string ReadPath = "/appliance.journal.v1.Journal/Read";

    [Fact]
    public async Task Readers_of_the_journal_who_do_not_read_on_are_waited_for_and_get_all_of_it_later()
    {
        var appliance = await mistreated.StartedAsync();
        // 8 MB: 50 readers that were sent all of it at once would be 400 MB.
        var (bodies, shopper) = (8, mistreated.NextShopper());
        for (var body = 0; body < bodies; body++)
        {
            var number = body;
            await appliance.SendEventsAsync(string.Concat(Enumerable.Range(0, 5_000).Select(i => ShopDefinitions.Click($"slow-{shopper}-{number}-{i}", shopper, 1, 0, FeatureCalls.NowMicros()))));
        }
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{appliance.GrpcPort}"), Timeout = TimeSpan.FromSeconds(30) };
        var unread = await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => client.SendAsync(ReadAll(), HttpCompletionOption.ResponseHeadersRead)));
        Assert.All(unread, response => Assert.True(response.IsSuccessStatusCode));
        await mistreated.IsUnharmedAsync();

        var slow = await unread[0].Content.ReadAsByteArrayAsync();
        var seen = 0;
        for (var at = 0; at < slow.Length;)
        {
            var length = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(slow.AsSpan(at + 1));
            var records = ReadResponse.Parser.ParseFrom(slow.AsSpan(at + 5, length)).Records;
            seen += records.Count(r => r.Record.Span.IndexOf(Encoding.UTF8.GetBytes($"slow-{shopper}-")) >= 0);
            at += 5 + length;
        }
        Assert.Equal(bodies * 5_000, seen);
        foreach (var response in unread) response.Dispose();
        await mistreated.IsUnharmedAsync();
    }

    [Fact]
    public async Task Bodies_that_come_slowly_hold_nobody_up_and_are_taken_once_they_are_whole()
    {
        var appliance = await mistreated.StartedAsync();
        var shopper = mistreated.NextShopper();
        var open = new List<(Http1Socket Connection, byte[] Remainder)>();
        try
        {
            for (var i = 0; i < Callers; i++)
            {
                var body = Encoding.UTF8.GetBytes(ShopDefinitions.Click($"drip-{shopper}-{i}", shopper, 1, 0, FeatureCalls.NowMicros()));
                var connection = await Http1Socket.ConnectAsync(appliance.HttpPort);
                await connection.SendAsync(Http1Socket.Head("/api/events", "Content-Type: application/json", $"Content-Length: {body.Length}", "Connection: close"));
                await connection.SendAsync(body.AsMemory(0, i));
                open.Add((connection, body[i..]));
            }
            await mistreated.IsInServiceAsync();
            foreach (var (connection, rest) in open.Take(Callers / 2))
            {
                foreach (var piece in rest.Chunk(40)) await connection.SendAsync(piece);
                var answer = await connection.ReadToEndAsync();
                Assert.StartsWith("HTTP/1.1 200 ", answer);
                Assert.Contains("\"accepted\":1", answer);
            }
            foreach (var (connection, _) in open.Skip(Callers / 2)) connection.Abort();
        }
        finally
        {
            foreach (var (connection, _) in open) connection.Dispose();
        }
        await appliance.AppliedAsync(ShopDefinitions.Entity, shopper, ShopDefinitions.Clicks, $"{Callers / 2}");
        await mistreated.IsUnharmedAsync();
    }

    [Fact]
    public async Task Bodies_that_are_announced_as_large_and_do_not_come_take_little_memory_and_are_given_up()
    {
        var appliance = await mistreated.StartedAsync();
        var open = new List<Http1Socket>();
        try
        {
            for (var i = 0; i < Callers; i++)
            {
                open.Add(await Http1Socket.ConnectAsync(appliance.HttpPort));
                await open[^1].SendAsync(Http1Socket.Head("/api/events", $"Content-Length: {60 << 20}"));
                await open[^1].SendAsync("[");
            }
            await mistreated.IsInServiceAsync();
            // The web server ends a body that comes more slowly than 240 bytes a second: the connections are gone although their callers hold them.
            await mistreated.IsUnharmedAsync();
        }
        finally
        {
            foreach (var connection in open) connection.Dispose();
        }
    }

    [Fact]
    public async Task Events_count_once_while_the_definitions_change()
    {
        const int Bodies = 60, Changes = 20, Events = 50;
        var appliance = await mistreated.StartedAsync();
        var shopper = mistreated.NextShopper();
        var posting = Enumerable.Range(0, 2).Select(async poster =>
        {
            for (var body = 0; body < Bodies; body++)
            {
                var number = body;
                Assert.Equal(Events, await appliance.SendEventsAsync(
                    string.Concat(Enumerable.Range(0, Events).Select(i => ShopDefinitions.Click($"c{shopper}-{poster}-{number}-{i}", shopper, 2, 1, FeatureCalls.NowMicros())))));
            }
        });
        var changing = Task.Run(async () =>
        {
            for (var change = 0; change < Changes; change++)
            {
                // The next version of the view that is filled, and another view over the same source that comes and goes.
                await appliance.DefineAsync(View("shopper_clicks", "clicks_30d", "clicks_1d", "units_30d", "amount_30d", $"more_{change}"));
                await appliance.DefineAsync(View("shopper_passing", $"passing_{change}"));
                using var gone = await appliance.Http.DeleteAsync("/api/feature-registry/feature-view/shopper_passing?author=test&reason=test");
                Assert.Equal(HttpStatusCode.OK, gone.StatusCode);
            }
        });
        await Task.WhenAll([.. posting, changing]);
        await mistreated.IsUnharmedAsync();
        var found = (await appliance.ReadFeaturesAsync(ShopDefinitions.Entity, [shopper], ShopDefinitions.Clicks, ShopDefinitions.Units, ShopDefinitions.Amount))[0];
        const int All = 2 * Bodies * Events;
        Assert.Equal(($"{All}", $"{2 * All}", All * 0.25), (found.Value(ShopDefinitions.Clicks), found.Value(ShopDefinitions.Units), found.GetProperty(ShopDefinitions.Amount).GetProperty("value").GetDouble()));
        Assert.DoesNotContain(mistreated.DeadLetters(), l => l.Contains($"\"c{shopper}-", StringComparison.Ordinal));
    }

    private static string View(string name, params string[] features) => $$"""
        {"featureViews":[{"name":"{{name}}","kind":"stream","entities":["shopper"],"source":"clicks","features":[{{string.Join(',', features.Select(Feature))}}]}]}
        """;

    private static string Feature(string name) => name switch
    {
        "clicks_1d" => """{"name":"clicks_1d","type":"int64","aggregate":{"function":"count","window":"1d"}}""",
        "units_30d" => """{"name":"units_30d","type":"int64","aggregate":{"function":"sum","field":"units","window":"30d"}}""",
        "amount_30d" => """{"name":"amount_30d","type":"double","aggregate":{"function":"sum","field":"amount","window":"30d"}}""",
        _ => $$"""{"name":"{{name}}","type":"int64","aggregate":{"function":"count","window":"30d"} }""",
    };

    private static HttpRequestMessage ReadAll() => new(HttpMethod.Post, ReadPath)
    {
        Version = HttpVersion.Version20,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Content = new ByteArrayContent(BareGrpc.Frame(new ReadRequest().ToByteArray())) { Headers = { { "content-type", "application/grpc" } } },
    };
}
