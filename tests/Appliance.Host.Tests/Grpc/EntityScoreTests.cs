using Appliance.Host.Tests.Business;
using Contracts.Scoring;
using Grpc.Core;
using TestKit;
using ScoringClient = Contracts.Scoring.Scoring.ScoringClient;

namespace Appliance.Host.Tests.Grpc;

/// <summary>gRPC requests that leave features to the store.</summary>
public sealed class EntityScoreTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    // The clock of the features alone: the model's instance measures on the system's.
    private readonly ManualTime _time = new(Noon);
    private readonly LinearModelInstance _instance = ShopFeatures.Instance(ShopFeatures.Signature());
    private TestFeatures _features = null!;
    private BusinessHost _host = null!;

    private ScoringClient Client => new(_host.Channel);

    public async ValueTask InitializeAsync()
    {
        _features = new TestFeatures(_time);
        _host = await BusinessHost.StartAsync(features: _features.Platform);
        _host.Models.Serve(ShopFeatures.Model, 1, ShopFeatures.Signature(), _instance, ShopFeatures.Manifest());
        _features.Define(ShopFeatures.Definitions);
        await _features.ApplyAsync(
            TestContext.Current.CancellationToken,
            ShopFeatures.Click(1, Noon.AddMinutes(-5), 42), ShopFeatures.Profile(1, Noon.AddMinutes(-70), "\"age\":21,\"city\":\"上海\""));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _features.DisposeAsync();
    }

    [Fact]
    public async Task Rows_mix_entities_and_features_and_explain_themselves()
    {
        var own = new FeatureRow { Features = { ["age"] = new() { Int64Value = 3 } }, Entity = { ["shopper_id"] = new() { Int64Value = 2 } } };
        var request = new ScoreRequest { Model = ShopFeatures.Model, Explain = true, Rows = { Of(1), own } };
        var rows = (await Client.ScoreAsync(request, cancellationToken: TestContext.Current.CancellationToken)).Rows;
        Assert.Equal([(float)_instance.Score(42, 2, 21, 6), (float)_instance.Score(-1, 0.25, 3, 6)], rows.Select(r => (float)r.Scores[0].DoubleValue));
        Assert.Equal(["dearest", "spent_by_age", "age", "city"], rows[0].Features.Select(f => f.Name));
        Assert.Equal([FeatureSource.Stored, FeatureSource.Stale, FeatureSource.Stale, FeatureSource.Stale], rows[0].Features.Select(f => f.Source));
        Assert.Equal((42, 21, "上海"), (rows[0].Features[0].Value.DoubleValue, rows[0].Features[2].Value.Int64Value, rows[0].Features[3].Value.StringValue));
        Assert.Equal((Noon.AddMinutes(-5) - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond, rows[0].Features[0].EventTime);
        Assert.Equal([FeatureSource.Defaulted, FeatureSource.Defaulted, FeatureSource.Given, FeatureSource.Defaulted], rows[1].Features.Select(f => f.Source));
        Assert.Null(rows[1].Features[2].Value);
        Assert.All(rows[1].Features, f => Assert.Equal(0, f.EventTime));
    }

    [Fact]
    public async Task Nobody_is_told_where_values_came_from_who_did_not_ask()
    {
        var response = await Client.ScoreAsync(new ScoreRequest { Model = ShopFeatures.Model, Rows = { Of(1) } }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Empty(response.Rows[0].Features);
    }

    public static TheoryData<string, Action<FeatureRow>, string, string> BadRows => new()
    {
        { "text", r => r.Entity["shopper_id"] = new() { StringValue = "a" }, "rows[1].entity.shopper_id is \"a\"; it must be a whole number of 64 bits", "rows[1].entity.shopper_id" },
        { "nothing", r => r.Entity["shopper_id"] = new(), "rows[1].entity.shopper_id is empty; it must be a whole number of 64 bits", "rows[1].entity.shopper_id" },
        { "unknown", r => r.Entity["shopperid"] = new() { Int64Value = 1 }, "rows[1].entity.shopperid is no key of feature service 'shop'; did you mean 'shopper_id'?", "rows[1].entity.shopperid" },
        { "no row", r => r.Entity["shopper_id"].Int64Value = 5, "rows[1].features.age is missing; 'shopper_profile:age' has no value", "rows[1].features.age" },
    };

    [Theory]
    [MemberData(nameof(BadRows), DisableDiscoveryEnumeration = true)]
    public async Task A_bad_entity_is_told_what_is_wrong_and_where(string name, Action<FeatureRow> spoil, string message, string field)
    {
        Assert.NotEmpty(name);
        var bad = Of(1);
        spoil(bad);
        var error = await FailAsync(new ScoreRequest { Model = ShopFeatures.Model, Rows = { Of(1), bad } });
        Assert.Equal(StatusCode.InvalidArgument, error.StatusCode);
        Assert.StartsWith(message, error.Status.Detail);
        Assert.Equal(field, error.Trailers.GetValue("error-field"));
    }

    [Fact]
    public async Task A_service_that_is_gone_fails_the_precondition_of_a_call_and_of_one_request_of_a_stream()
    {
        var request = new ScoreRequest { Model = ShopFeatures.Model, Rows = { Of(1) } };
        using var call = Client.ScoreStream(cancellationToken: TestContext.Current.CancellationToken);
        await call.RequestStream.WriteAsync(request, TestContext.Current.CancellationToken);
        Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        Assert.Single(call.ResponseStream.Current.Rows);

        var before = _features.Platform.Catalog.Current;
        _features.Define("{}");
        var error = await FailAsync(request);
        Assert.Equal(StatusCode.FailedPrecondition, error.StatusCode);
        Assert.Contains("feature service 'shop' version 1 cannot be read", error.Status.Detail);
        await call.RequestStream.WriteAsync(request, TestContext.Current.CancellationToken);
        Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        Assert.Equal((int)StatusCode.FailedPrecondition, call.ResponseStream.Current.Error.Code);

        _features.Platform.Catalog.Replace(before);
        await call.RequestStream.WriteAsync(request, TestContext.Current.CancellationToken);
        Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        Assert.Null(call.ResponseStream.Current.Error);
        await call.RequestStream.CompleteAsync();
    }

    private async Task<RpcException> FailAsync(ScoreRequest request) =>
        await Assert.ThrowsAsync<RpcException>(() => Client.ScoreAsync(request, cancellationToken: TestContext.Current.CancellationToken).ResponseAsync);

    private static FeatureRow Of(long shopper) => new() { Entity = { ["shopper_id"] = new EntityKeyValue { Int64Value = shopper } } };
}
