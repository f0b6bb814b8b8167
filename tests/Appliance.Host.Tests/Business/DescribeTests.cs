using System.Net;
using TestKit;

namespace Appliance.Host.Tests.Business;

public sealed class DescribeTests
{
    [Fact]
    public async Task A_model_says_what_a_caller_must_send_and_what_comes_back()
    {
        await using var host = await BusinessHost.StartAsync();
        host.ServeKoc();
        var (status, body) = await host.GetAsync("/api/predict/koc-potential");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(
            """
            {"model":"koc-potential","modelVersion":"1","description":"How likely a member is a key opinion consumer.","maxRows":8,"features":[{"name":"consumption_amount","type":"double","required":true,"description":"Money spent."},{"name":"share_count","type":"double","required":true},{"name":"social_interaction_score","type":"double","required":false,"default":0.5}],"outputs":[{"name":"koc_potential","type":"double","levels":[{"name":"high","min":0.7},{"name":"medium","min":0.3},{"name":"low"}]}]}
            """,
            body.GetProperty("data").GetRawText());
        Assert.Equal(["code", "data", "requestId"], PredictTests.Names(body));
    }

    [Fact]
    public async Task Another_version_is_described_by_its_number()
    {
        await using var host = await BusinessHost.StartAsync();
        host.ServeKoc(version: 1);
        host.ServeKoc(version: 2);
        Assert.Equal("2", (await host.GetAsync("/api/predict/koc-potential")).Body.GetProperty("data").GetProperty("modelVersion").GetString());
        Assert.Equal("1", (await host.GetAsync("/api/predict/koc-potential?version=1")).Body.GetProperty("data").GetProperty("modelVersion").GetString());
    }

    [Theory]
    [InlineData("/api/predict/nobody", HttpStatusCode.NotFound)]
    [InlineData("/api/predict/koc-potential?version=7", HttpStatusCode.NotFound)]
    [InlineData("/api/predict/koc-potential?version=x", HttpStatusCode.BadRequest)]
    [InlineData("/api/predict/koc-potential?version=0", HttpStatusCode.BadRequest)]
    public async Task What_is_not_there_cannot_be_described(string path, HttpStatusCode expected)
    {
        await using var host = await BusinessHost.StartAsync();
        host.ServeKoc();
        var (status, body) = await host.GetAsync(path);
        Assert.Equal(expected, status);
        Assert.Equal((int)expected, body.GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task Everything_that_the_description_asks_for_scores()
    {
        await using var host = await BusinessHost.StartAsync();
        host.ServeKoc();
        var features = (await host.GetAsync("/api/predict/koc-potential")).Body.GetProperty("data").GetProperty("features").EnumerateArray()
            .Where(f => f.GetProperty("required").GetBoolean()).Select(f => $"\"{f.GetProperty("name").GetString()}\":1");
        Assert.Equal(HttpStatusCode.OK, (await host.PostAsync($"/api/predict/{KocPotential.Name}", $$$"""{"features":{{{{string.Join(",", features)}}}}}""")).Status);
    }
}
