using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Contracts.Journal;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Rest;
using EndToEnd.Tests.Wire;
using Google.Protobuf;
using Grpc.Core;

namespace EndToEnd.Tests.Features.BadInput;

/// <summary>Events that are none, repeat themselves or come from another time: each is refused, counted once or set aside, and those after it are applied.</summary>
public sealed class BadEventTests(MistreatedFeatures mistreated, ITestOutputHelper output) : IClassFixture<MistreatedFeatures>
{
    private const long Minute = 60_000_000;

    private const string Good = """{"id":"g","source":"clicks","type":"click","entity":{"shopper_id":1},"time":"2026-01-01T00:00:00Z","data":{"units":1,"amount":0.5}}""";

    public static TheoryData<string, string> Poisoned => new()
    {
        { "", "the request holds no event; it must hold one, an array of them, or one a line" },
        { "[]", "the request holds no event; it must hold one, an array of them, or one a line" },
        { "7", "event is 7; it must be an object" },
        { "{}", "event.source is missing; every event has source, type, entity, time and data" },
        { Good.Replace("0.5", "NaN"), "event must be JSON: " },
        { Good.Replace("0.5", "1e999"), "event.data.amount is 1e999; it must be double, a finite number" },
        { Good.Replace("0.5", "\"dear\""), "event.data.amount is 'dear'; it must be double, a finite number" },
        { Good.Replace("\"units\":1", "\"units\":1.5"), "event.data.units is 1.5; it must be int64" },
        { Good.Replace("\"clicks\"", "\"click\""), "event.source is 'click'; there is no source of that name; did you mean 'clicks'?" },
        { Good.Replace("\"shopper_id\":1", "\"shopper_id\":1.5"), "event.entity.shopper_id is 1.5; it must be a whole number of 64 bits or a string" },
        { Good.Replace("shopper_id", "visitor_id"), "event.entity has visitor_id; it must have the join keys of a feature view over source 'clicks': shopper_id" },
        { Good.Replace("\"shopper_id\":1", "\"shopper_id\":\"one\""), "event.entity.shopper_id is 'one'; it must be int64, as feature view '" },
        { Good.Replace("\"type\":\"click\"", "\"type\":\"row\""), "event.type is 'row'; source 'clicks' is of kind events, which takes events of any type but 'row'" },
        { Good.Replace("2026-01-01T00:00:00Z", "yesterday"), "event.time is \"yesterday\"" },
        { Good.Replace("2026-01-01T00:00:00Z", "2026-01-01T00:00:00"), "event.time is \"2026-01-01T00:00:00\"" },
        { Good.Replace("\"id\"", "\"ids\""), "event.ids is not a member of an event; it has id, source, type, entity, time, created and data" },
        { Good.Replace("\"id\"", "\"source\""), "event.source must stand once" },
        { Good.Replace("{\"units\":1,\"amount\":0.5}", "[]"), "event.data is" },
        { Good.Replace("0.5", "[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]"), "event.data" },
        { Good.Replace("0.5", "\"\\ud800\""), "event" },
        { $"[{Good},{Good.Replace("0.5", "{}")}]", "events[1].data.amount is" },
        { $"[{Good}]{Good}", "event" },
    };

    [Theory, MemberData(nameof(Poisoned))]
    public async Task A_body_that_is_no_event_is_refused_whole_and_says_what_is_wrong(string body, string sentence)
    {
        var appliance = await mistreated.StartedAsync();
        var reply = await appliance.PostAsync("/api/events", body);
        Assert.StartsWith(sentence, reply.Body.GetProperty("message").GetString());
        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        var overGrpc = await AppendAsync(appliance, new AppendRequest { Json = ByteString.CopyFromUtf8(body) });
        Assert.Equal((AppendStatus.Refused, reply.Body.GetProperty("message").GetString(), 0), (overGrpc.Status, overGrpc.Error, overGrpc.Appended));
        await mistreated.IsUnharmedAsync();
    }

    [Fact]
    public async Task Every_beginning_of_an_event_is_refused()
    {
        var appliance = await mistreated.StartedAsync();
        for (var length = 1; length < Good.Length; length++)
        {
            var reply = await appliance.PostAsync("/api/events", Good[..length]);
            Assert.True(reply.Status == HttpStatusCode.BadRequest, $"{Good[..length]}: {reply.Body.GetRawText()}");
        }
        await mistreated.IsUnharmedAsync();
    }

    [Fact]
    public async Task Changed_bytes_are_taken_or_refused_with_a_sentence_and_nothing_else()
    {
        var appliance = await mistreated.StartedAsync();
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var (taken, bytes) = (0, Encoding.UTF8.GetBytes(Good.Replace("2026-01-01T00:00:00Z", FeatureCalls.Moment(FeatureCalls.NowMicros()))));
        for (var i = 0; i < 1_000; i++)
        {
            var changed = bytes.ToArray();
            for (var change = random.Next(1, 4); change > 0; change--) changed[random.Next(changed.Length)] = (byte)random.Next(256);
            var reply = await appliance.SendAsync(HttpMethod.Post, "/api/events", new ByteArrayContent(changed) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } });
            Assert.True(reply.Status is HttpStatusCode.OK or HttpStatusCode.BadRequest, $"{Convert.ToHexString(changed)}: {reply.Status} {reply.Body.GetRawText()}");
            if (reply.Status == HttpStatusCode.OK) taken++;
            else Assert.NotEmpty(reply.Body.GetProperty("message").GetString()!);
        }
        output.WriteLine($"{taken} of 1000 were still events");
        await mistreated.IsUnharmedAsync();
    }

    [Fact]
    public async Task Broken_text_deep_nesting_and_too_many_events_are_refused()
    {
        var appliance = await mistreated.StartedAsync();
        (byte[] Body, string Sentence)[] bodies =
        [
            (Encoding.Latin1.GetBytes(Good.Replace("\"g\"", "\"\u00C3\u0028\"")), "event must "),
            (Encoding.UTF8.GetBytes(new string('[', 100_000)), "events[0] is an array; it must be an object"),
            (Encoding.UTF8.GetBytes(Good.Replace("0.5", new string('[', 100_000))), "event.data "),
            (Encoding.UTF8.GetBytes(Good.Replace("0.5", $"\"{new string('x', 300_000)}\"")), "event is "),
            (Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Repeat(Good, 100_001))), "events[100000] must be one of at most 100000 events in a body"),
        ];
        foreach (var (body, sentence) in bodies)
        {
            var reply = await appliance.SendAsync(HttpMethod.Post, "/api/events", new ByteArrayContent(body));
            Assert.StartsWith(sentence, reply.Body.GetProperty("message").GetString());
            Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        }
        await mistreated.IsUnharmedAsync();
    }

    [Fact]
    public async Task Bytes_that_are_no_message_or_no_record_end_the_call_or_are_refused()
    {
        var appliance = await mistreated.StartedAsync();
        var records = await AppendAsync(appliance, new AppendRequest { Records = ByteString.CopyFrom(new byte[200]) });
        Assert.Equal(AppendStatus.Refused, records.Status);
        Assert.StartsWith("records[0] is no event record of version ", records.Error);
        using var bare = new BareGrpc(appliance.GrpcPort);
        var broken = await bare.PostAsync("/appliance.journal.v1.Journal/Append", BareGrpc.Frame([0xFF, 0xFF, 0xFF]));
        Assert.NotNull(broken.Grpc);
        Assert.NotEqual(StatusCode.OK, broken.Grpc);
        await mistreated.IsUnharmedAsync();
    }

    [Fact]
    public async Task Repeated_events_count_once_in_one_body_over_bodies_and_over_protocols()
    {
        var appliance = await mistreated.StartedAsync();
        var (shopper, now) = (mistreated.NextShopper(), FeatureCalls.NowMicros());
        var (one, two) = (ShopDefinitions.Click($"one-{shopper}", shopper, 3, 1, now), ShopDefinitions.Click($"two-{shopper}", shopper, 4, 2, now));
        // The same without an id: its content makes it another event, and the same one when it is repeated.
        var nameless = ShopDefinitions.Click("x", shopper, 5, 3, now).Replace("\"id\":\"x\",", "");
        Assert.Equal(3, await appliance.SendEventsAsync($"{one}\n{two}\n{one}\n{nameless}\n{nameless}\n{one}"));
        Assert.Equal(0, await appliance.SendEventsAsync($"[{two},{one},{nameless}]"));
        var overGrpc = await AppendAsync(appliance, new AppendRequest { Json = ByteString.CopyFromUtf8($"{one}{two}{nameless}") });
        Assert.Equal((AppendStatus.Appended, 0, 3), (overGrpc.Status, overGrpc.Appended, overGrpc.Duplicates));
        await mistreated.IsUnharmedAsync();
        var found = (await appliance.ReadFeaturesAsync(ShopDefinitions.Entity, [shopper], ShopDefinitions.Clicks, ShopDefinitions.Units))[0];
        Assert.Equal(("3", "12"), (found.Value(ShopDefinitions.Clicks), found.Value(ShopDefinitions.Units)));
    }

    [Fact]
    public async Task Events_of_another_time_are_set_aside_with_the_reason_and_make_no_other_late()
    {
        var appliance = await mistreated.StartedAsync();
        var (shopper, now) = (mistreated.NextShopper(), FeatureCalls.NowMicros());
        Assert.Equal(2, await appliance.SendEventsAsync(ShopDefinitions.Click($"f1-{shopper}", shopper, 1, 0, now + (10 * Minute)) + ShopDefinitions.Click($"f2-{shopper}", shopper, 1, 0, now + (2_000L * 1440 * Minute))));
        Assert.Equal(1, await appliance.SendEventsAsync(ShopDefinitions.Click($"now-{shopper}", shopper, 1, 0, now)));
        Assert.Equal(1, await appliance.SendEventsAsync(ShopDefinitions.Click($"old-{shopper}", shopper, 1, 0, now - (1441 * Minute))));
        Assert.Equal(1, await appliance.SendEventsAsync(ShopDefinitions.Click($"hour-{shopper}", shopper, 1, 0, now - (60 * Minute))));
        await mistreated.IsUnharmedAsync();
        Assert.Equal("2", (await appliance.ReadFeaturesAsync(ShopDefinitions.Entity, [shopper], ShopDefinitions.Clicks))[0].Value(ShopDefinitions.Clicks));
        await mistreated.HasDeadLetterAsync($"f1-{shopper}", "\"Future\"", "after the event was read");
        await mistreated.HasDeadLetterAsync($"f2-{shopper}", "\"Future\"");
        await mistreated.HasDeadLetterAsync($"old-{shopper}", "\"Late\"", "than its lateness allows");
        Assert.Equal(3, mistreated.DeadLetters().Count(l => l.Contains($"-{shopper}\"", StringComparison.Ordinal)));
    }

    private static async Task<AppendResponse> AppendAsync(ApplianceProcess appliance, AppendRequest request)
    {
        using var stream = new Journal.JournalClient(appliance.Channel).Append(deadline: ApplianceCalls.Deadline);
        await stream.RequestStream.WriteAsync(request);
        Assert.True(await stream.ResponseStream.MoveNext(CancellationToken.None));
        return stream.ResponseStream.Current;
    }
}
