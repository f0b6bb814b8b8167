using Contracts.Feast;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using Value = Contracts.Feast.Value;

namespace Appliance.Host.Tests.Features;

public sealed class FeastGrpcTests
{
    private const string Scores = """{"user_id":[1,2,3],"event_timestamp":["2025-01-30T12:00:00.25Z","2025-01-29T00:00:00Z","2025-01-30T12:00:00Z"],"score":[1.5,2,null],"a_string":["x","y","z"]}""";

    [Fact]
    public async Task Features_come_column_by_column_with_statuses_and_event_times()
    {
        await using var host = await FeatureHost.StartAsync();
        await host.PushAsync("score_push", Scores, 3);
        var reply = await GetAsync(host, Ask(["score:score", "twice:twice"], 1, 2, 3, 4));
        Assert.Equal(["user_id", "score", "twice"], reply.Metadata.FeatureNames.Val);
        Assert.Empty(reply.Metadata.FeatureViewMetadata);
        Assert.Equal([1L, 2, 3, 4], reply.Results[0].Values.Select(v => v.Int64Val));
        Assert.Equal(Enumerable.Repeat(FieldStatus.Present, 4), reply.Results[0].Statuses);
        Assert.Equal([new Value { DoubleVal = 1.5 }, new Value { DoubleVal = 2 }, new Value(), new Value()], reply.Results[1].Values);
        Assert.Equal([FieldStatus.Present, FieldStatus.OutsideMaxAge, FieldStatus.NullValue, FieldStatus.NotFound], reply.Results[1].Statuses);
        Assert.Equal(
            [Moment("2025-01-30T12:00:00.25Z"), Moment("2025-01-29T00:00:00Z"), Moment("2025-01-30T12:00:00Z"), new Timestamp()], reply.Results[1].EventTimestamps);
        Assert.Equal([new Value { DoubleVal = 3 }, new Value { DoubleVal = 4 }, new Value(), new Value()], reply.Results[2].Values);
        Assert.All(reply.Results[2].EventTimestamps, t => Assert.Equal(new Timestamp(), t));
    }

    [Fact]
    public async Task Every_type_is_what_the_generated_message_reads()
    {
        await using var host = await FeatureHost.StartAsync();
        await host.PushAsync("type_push", TypedRow.Frame, 1);
        await host.PushAsync("type_push", TypedRow.Nulls, 1);
        var reply = await GetAsync(host, Ask(["types"], 1, 2));
        Value[] expected =
        [
            new() { BytesVal = ByteString.CopyFrom(1, 2, 3) }, new() { StringVal = "höher \"x\"" }, new() { Int32Val = -5 }, new() { Int64Val = 9007199254740993 },
            new() { DoubleVal = 0.1 }, new() { FloatVal = 0.1f }, new() { BoolVal = true }, new() { UnixTimestampVal = 1735689600 },
            new() { BytesListVal = new BytesList { Val = { ByteString.CopyFrom(1), ByteString.Empty } } }, new() { StringListVal = new StringList { Val = { "a", "" } } },
            new() { Int32ListVal = new Int32List { Val = { 1, -2 } } }, new() { Int64ListVal = new Int64List { Val = { 3 } } },
            new() { DoubleListVal = new DoubleList { Val = { 0.5 } } }, new() { FloatListVal = new FloatList { Val = { 0.1f } } },
            new() { BoolListVal = new BoolList { Val = { true, false } } }, new() { UnixTimestampListVal = new Int64List { Val = { -1 } } },
            new() { JsonVal = "{\"k\":[1,null]}" },
        ];
        Assert.Equal(expected, reply.Results.Skip(1).Select(r => r.Values[0]));
        Assert.All(reply.Results.Skip(1), r => Assert.Equal((new Value(), FieldStatus.NullValue), (r.Values[1], r.Statuses[1])));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task A_caller_who_packs_gets_the_same_packed(string coding)
    {
        await using var host = await FeatureHost.StartAsync();
        await host.PushAsync("score_push", Scores, 3);
        var request = Ask(["score:score", "twice:twice"], [.. Enumerable.Range(1, 300).Select(i => (long)i)]);
        var seen = new SeenCodings();
        using var channel = GrpcChannel.ForAddress($"http://{host.Channel.Target}", new GrpcChannelOptions { HttpHandler = seen });
        // The client's own name for the coding of a request; it unpacks what comes back, and keeps the header to itself.
        var call = new ServingService.ServingServiceClient(channel).GetOnlineFeaturesAsync(request, new Metadata { { "grpc-internal-encoding-request", coding } }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(await GetAsync(host, request), await call);
        Assert.Equal([coding], seen.Codings);
    }

    [Fact]
    public async Task Full_names_and_versions_come_where_they_are_asked_for()
    {
        await using var host = await FeatureHost.StartAsync();
        var request = new GetOnlineFeaturesRequest { FeatureService = "scores", Entities = { ["user_id"] = Ids(1) }, FullFeatureNames = true, IncludeFeatureViewVersionMetadata = true };
        var reply = await GetAsync(host, request);
        Assert.Equal(["user_id", "score__score", "twice__twice"], reply.Metadata.FeatureNames.Val);
        Assert.Equal([new FeatureViewMetadata { Name = "score", Version = 1 }, new FeatureViewMetadata { Name = "twice", Version = 1 }], reply.Metadata.FeatureViewMetadata);
    }

    [Fact]
    public async Task The_request_context_feeds_on_demand_views_and_is_not_answered()
    {
        await using var host = await FeatureHost.StartAsync();
        await host.PushAsync("score_push", Scores, 3);
        var request = Ask(["ratio:ratio"], 1);
        var spend = new RepeatedValue { Val = { new Value { DoubleVal = 3 } } };
        request.RequestContext.Add("spend", spend);
        var reply = await GetAsync(host, request);
        Assert.Equal(["user_id", "ratio"], reply.Metadata.FeatureNames.Val);
        Assert.Equal(2, reply.Results[1].Values[0].DoubleVal);
        // Among the entities it is the same, and what nobody knows is passed over; the key of another entity comes back.
        request = Ask(["ratio:ratio"], 1);
        request.Entities.Add("spend", spend);
        request.Entities.Add("extra", new RepeatedValue { Val = { new Value { JsonVal = "[1]" } } });
        request.Entities.Add("shop_code", new RepeatedValue { Val = { new Value { StringVal = "A" } } });
        reply = await GetAsync(host, request);
        Assert.Equal(["ratio", "shop_code", "user_id"], reply.Metadata.FeatureNames.Val.Order());
        Assert.Equal("ratio", reply.Metadata.FeatureNames.Val[2]);
        Assert.Equal((3, 2), (reply.Results.Count, reply.Results[2].Values[0].DoubleVal));
    }

    [Fact]
    public async Task Many_entities_come_back_in_their_order()
    {
        await using var host = await FeatureHost.StartAsync();
        var ids = Enumerable.Range(1, 3000).Reverse().Select(i => (long)i).ToArray();
        var frame = $"[{string.Join(",", ids)}]";
        await host.PushAsync("score_push", $$"""{"user_id":{{frame}},"score":{{frame}},"a_string":[{{string.Join(",", ids.Select(i => $"\"{new string('x', (int)(i % 50))}\""))}}]}""", ids.Length);
        var reply = await GetAsync(host, Ask(["score:score", "score:a_string"], ids));
        Assert.Equal(ids.Select(i => (double)i), reply.Results[1].Values.Select(v => v.DoubleVal));
        Assert.Equal(ids.Select(i => (int)(i % 50)), reply.Results[2].Values.Select(v => v.StringVal.Length));
        Assert.Equal(reply.Results[1].EventTimestamps, reply.Results[2].EventTimestamps);
    }

    [Fact]
    public async Task No_entities_give_empty_columns()
    {
        await using var host = await FeatureHost.StartAsync();
        var reply = await GetAsync(host, Ask(["score:score"]));
        Assert.Equal(["user_id", "score"], reply.Metadata.FeatureNames.Val);
        Assert.All(reply.Results, r => Assert.Empty(r.Values));
    }

    [Fact]
    public async Task Wrong_requests_have_a_status_and_a_sentence()
    {
        await using var host = await FeatureHost.StartAsync(maxEntities: 3);
        await FailsAsync(host, new GetOnlineFeaturesRequest { Entities = { ["user_id"] = Ids(1) } }, StatusCode.InvalidArgument, "the request names neither feature_service nor features");
        await FailsAsync(host, Ask(["nothing:x"], 1), StatusCode.NotFound, "features[0] is 'nothing:x'; there is no feature view 'nothing'");
        await FailsAsync(host, new GetOnlineFeaturesRequest { FeatureService = "scorez" }, StatusCode.NotFound, "feature service is 'scorez'; there is none of that name; did you mean 'scores'?");
        await FailsAsync(host, Ask(["score:a_string", "types:a_string"], 1), StatusCode.InvalidArgument, "features has 'a_string' of score and types; full_feature_names must be true to tell them apart");
        await FailsAsync(host, Ask(["pair"], 1), StatusCode.InvalidArgument, "entities has no 'shop_code', which feature view 'pair' needs as string");
        await FailsAsync(host, new GetOnlineFeaturesRequest { Features = new FeatureList { Val = { "score" } }, Entities = { ["user_id"] = new RepeatedValue { Val = { new Value { JsonVal = "[1]" } } } } },
            StatusCode.InvalidArgument, "entities 'user_id'[0] is a list, map or JSON; it must be a single value");
        await FailsAsync(host, Ask(["score"], 1, 2, 3, 4), StatusCode.InvalidArgument, "4 entities are asked for; at most 3 are taken in one request");
    }

    [Fact]
    public async Task The_server_says_who_it_is()
    {
        await using var host = await FeatureHost.StartAsync();
        var info = await Client(host).GetFeastServingInfoAsync(new GetFeastServingInfoRequest(), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(ServerIdentity.Version, info.Version);
    }

    private static async Task FailsAsync(FeatureHost host, GetOnlineFeaturesRequest request, StatusCode status, string message)
    {
        var failure = await Assert.ThrowsAsync<RpcException>(() => GetAsync(host, request));
        Assert.StartsWith(message, failure.Status.Detail);
        Assert.Equal(status, failure.StatusCode);
    }

    private static async Task<GetOnlineFeaturesResponse> GetAsync(FeatureHost host, GetOnlineFeaturesRequest request) =>
        await Client(host).GetOnlineFeaturesAsync(request, cancellationToken: TestContext.Current.CancellationToken);

    private static ServingService.ServingServiceClient Client(FeatureHost host) => new(host.Channel);

    private static GetOnlineFeaturesRequest Ask(string[] features, params long[] ids) =>
        new() { Features = new FeatureList { Val = { features } }, Entities = { ["user_id"] = Ids(ids) } };

    private static RepeatedValue Ids(params long[] ids) => new() { Val = { ids.Select(i => new Value { Int64Val = i }) } };

    private static Timestamp Moment(string text) => Timestamp.FromDateTimeOffset(DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture));

    private sealed class SeenCodings() : DelegatingHandler(new SocketsHttpHandler())
    {
        public List<string> Codings { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            if (response.Headers.TryGetValues("grpc-encoding", out var codings)) Codings.AddRange(codings);
            return response;
        }
    }
}
