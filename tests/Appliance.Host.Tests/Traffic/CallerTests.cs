using Appliance.Host.Tests.Business;
using Appliance.Scoring.Traffic;
using Contracts.Scoring;
using Grpc.Core;
using TestKit;

namespace Appliance.Host.Tests.Traffic;

/// <summary>Who a caller is, by every way in which that can be said; and the header that forces a version.</summary>
public sealed class CallerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_same_key_is_the_same_caller_by_header_user_id_entity_metadata_and_field()
    {
        await using var host = await SplitAsync();
        var seen = new HashSet<long>();
        for (var user = 0; user < 40; user++)
        {
            var byUser = await PredictAsync(host, $$"""{"userId":{{user}},"features":{{Features}}}""");
            seen.Add(byUser);
            Assert.Equal(byUser, await PredictAsync(host, $$"""{"userId":"{{user}}","features":{{Features}}}"""));
            Assert.Equal(byUser, await PredictAsync(host, $$"""{"userId":999,"features":{{Features}}}""", ("X-Caller-Key", $"{user}")));
            Assert.Equal(byUser, await PredictAsync(host, $$"""{"features":{{Features}}}""", ("x-caller-key", $"{user}")));
            Assert.Equal(byUser, await ScoreAsync(host, $"{user}", []));
            Assert.Equal(byUser, await ScoreAsync(host, "", new Metadata { { "x-caller-key", $"{user}" } }));
            Assert.Equal(byUser, host.Models.Traffic.RouteOf(KocPotential.Name)!.Split!.VersionOf(CallerKey.Hash(System.Text.Encoding.UTF8.GetBytes($"{user}"))));
        }
        Assert.Equal([1L, 2], seen.Order());
    }

    [Fact]
    public async Task A_header_forces_a_version_and_one_that_is_none_or_contradicts_the_request_is_refused()
    {
        await using var host = await SplitAsync();
        foreach (var version in new[] { 1L, 2 })
        {
            for (var i = 0; i < 5; i++) Assert.Equal(version, await PredictAsync(host, $$"""{"userId":{{i}},"features":{{Features}}}""", ("X-Model-Version", $"{version}")));
            Assert.Equal(version, await ScoreAsync(host, "", new Metadata { { "x-model-version", $"{version}" } }));
        }
        await RefusedAsync(host, "header x-model-version is 'newest'; it must be a whole number above 0", "newest");
        await RefusedAsync(host, "header x-model-version is 2, and the request itself asks for version 1; send one of them", "2", version: 1);
    }

    [Fact]
    public async Task A_key_that_is_too_long_is_refused()
    {
        await using var host = await SplitAsync();
        var (_, body) = await host.PostAsync($"/api/predict/{KocPotential.Name}", $$"""{"features":{{Features}}}""", ("X-Caller-Key", new string('k', 257)));
        Assert.Equal("header x-caller-key is longer than the 256 bytes that a caller's key may have", body.GetProperty("message").GetString());
    }

    [Fact]
    public async Task Requests_of_nobody_in_particular_are_dealt_out_by_the_shares()
    {
        await using var host = await SplitAsync();
        var versions = new List<long>();
        for (var i = 0; i < 100; i++) versions.Add(await PredictAsync(host, $$"""{"features":{{Features}}}"""));
        Assert.InRange(versions.Count(v => v == 1), 45, 55);
    }

    private const string Features = """{"consumption_amount":500,"share_count":10,"social_interaction_score":0.8}""";

    private static async Task<BusinessHost> SplitAsync()
    {
        var host = await BusinessHost.StartAsync();
        host.ServeKoc(1);
        host.ServeKoc(2);
        host.Models.Traffic.Split(KocPotential.Name, new TrafficRequest([new(1, 5_000), new(2, 5_000)], [], "ann", "why"));
        return host;
    }

    private static async Task<long> PredictAsync(BusinessHost host, string body, params (string, string)[] headers)
    {
        var (_, answer) = await host.PostAsync($"/api/predict/{KocPotential.Name}", body, headers);
        Assert.True(answer.TryGetProperty("modelVersion", out var version), answer.ToString());
        return long.Parse(version.GetString()!, System.Globalization.CultureInfo.InvariantCulture);
    }

    private static async Task<long> ScoreAsync(BusinessHost host, string key, Metadata headers)
    {
        var request = new ScoreRequest { Model = KocPotential.Name, CallerKey = key, Rows = { Row() } };
        return (await new Contracts.Scoring.Scoring.ScoringClient(host.Channel).ScoreAsync(request, headers, cancellationToken: Cancellation)).Version;
    }

    private static FeatureRow Row() => new()
    {
        Features =
        {
            ["consumption_amount"] = new FeatureValue { DoubleValue = 500 },
            ["share_count"] = new FeatureValue { DoubleValue = 10 },
            ["social_interaction_score"] = new FeatureValue { DoubleValue = 0.8 },
        },
    };

    private static async Task RefusedAsync(BusinessHost host, string message, string header, long version = 0)
    {
        var body = version == 0 ? $$"""{"features":{{Features}}}""" : $$"""{"features":{{Features}},"version":{{version}}}""";
        var (_, answer) = await host.PostAsync($"/api/predict/{KocPotential.Name}", body, ("X-Model-Version", header));
        Assert.Equal((message, "x-model-version"), (answer.GetProperty("message").GetString(), answer.GetProperty("field").GetString()));
    }
}
