using System.Net;
using System.Text;
using System.Text.Json;
using Appliance.Host.Rest;
using Appliance.Host.Tests.Business;
using Appliance.Host.Tests.Rest;
using Appliance.Inference;
using Appliance.Inference.Lifecycle;
using Contracts.Traffic;
using Grpc.Core;
using TestKit;

namespace Appliance.Host.Tests.Traffic;

/// <summary>Traffic and rollouts over REST and gRPC: both change the same table, refuse alike, and every REST answer is as documented.</summary>
public sealed class TrafficCallsTests
{
    private const string Path = $"/api/models/{KocPotential.Name}/traffic";
    private const string Split = """{"arms":[{"version":1,"percent":99.75},{"version":2,"percent":0.25}],"shadows":[{"version":2,"percent":50,"tolerance":0.5}],"author":"ann","reason":"first look"}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_split_that_is_set_over_rest_is_read_over_both()
    {
        await using var host = await ServedAsync();
        var (status, data) = await SendAsync(host, HttpMethod.Put, Path, Split);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal([(1, 99.75), (2, 0.25)], data.GetProperty("arms").EnumerateArray().Select(a => (a.GetProperty("version").GetInt32(), a.GetProperty("percent").GetDouble())));
        Assert.Equal(["retain koc-potential 1,2"], host.Lifecycle.Calls);
        var state = await Client(host).GetTrafficAsync(new GetTrafficRequest { Model = KocPotential.Name }, cancellationToken: Cancellation);
        Assert.Equal([(1L, 9_975), (2L, 25)], state.Arms.Select(a => (a.Version, a.BasisPoints)));
        Assert.Equal((2L, 5_000, 0.5), (state.Shadows[0].Version, state.Shadows[0].BasisPoints, state.Shadows[0].Tolerance));
        Assert.Equal((1L, "ann", "first look", 2L), (state.Revision, state.Author, state.Reason, state.VersionBefore));
        Assert.Equal(state.Arms.Select(a => a.BasisPoints), state.Arms.Select(a => host.Models.Traffic.ShareOf(KocPotential.Name, a.Version)));
    }

    [Fact]
    public async Task A_split_that_is_set_over_grpc_is_read_and_cleared_over_rest()
    {
        await using var host = await ServedAsync();
        var request = new SetTrafficRequest { Model = KocPotential.Name, Author = "ann", Reason = "half", Arms = { new Arm { Version = 1, BasisPoints = 5_000 }, new Arm { Version = 2, BasisPoints = 5_000 } }, Shadows = { new Shadow { Version = 2 } } };
        await Client(host).SetTrafficAsync(request, cancellationToken: Cancellation);
        var (_, data) = await SendAsync(host, HttpMethod.Get, Path, null);
        Assert.Equal((100, 0.001), (data.GetProperty("shadows")[0].GetProperty("percent").GetInt32(), data.GetProperty("shadows")[0].GetProperty("tolerance").GetDouble()));
        var (status, cleared) = await SendAsync(host, HttpMethod.Post, $"{Path}/clear", """{"author":"bob","reason":"done"}""");
        Assert.Equal((HttpStatusCode.OK, 0, 1), (status, cleared.GetProperty("revision").GetInt32(), cleared.GetProperty("arms").GetArrayLength()));
        Assert.Equal(2, cleared.GetProperty("otherwise").GetInt32());
    }

    [Theory]
    [InlineData("""{"arms":[{"version":1,"percent":99.999},{"version":2,"percent":0.001}],"author":"a","reason":"b"}""", "arms[0].percent", "arms[0].percent is 99.999; it must be a number from 0 to 100 in steps of 0.01")]
    [InlineData("""{"arms":[{"version":1,"percent":50}],"arms":[{"version":1,"percent":100}],"author":"a","reason":"b"}""", "arms", "arms is given twice")]
    [InlineData("""{"arms":[{"version":1,"percent":50,"percent":100}],"author":"a","reason":"b"}""", "arms[0].percent", "arms[0].percent is given twice")]
    [InlineData("""{"arms":[{"version":1,"percent":98},{"version":2,"percent":1}],"author":"a","reason":"b"}""", "arms", "the percents of arms add up to 99; they must add up to 100")]
    [InlineData("""{"arms":[{"version":2,"percent":99}],"author":"a","reason":"b"}""", "arms", "version 2 of model 'koc-potential' is to have 99 percent, and version 2 has every request already; say what each version gets, 100 in all")]
    [InlineData("""{"arms":[{"version":1}],"author":"a","reason":"b"}""", "arms[0].percent", "arms[0].percent is missing; it must be a number from 0 to 100 in steps of 0.01")]
    [InlineData("""{"arms":[{"version":1,"percent":100}],"reason":"b"}""", "author", "author has 0 characters; it must say who makes the change in 1 to 128")]
    [InlineData("""{"arms":[{"version":1,"percent":100}],"author":"a","reason":""}""", "reason", "reason has 0 characters; it must say why in 1 to 1024")]
    [InlineData("""{"arms":[],"who":"a"}""", "who", "who is not a member of a split; its members are arms, shadows, author, reason")]
    public async Task A_body_that_makes_no_sense_is_refused_by_field_value_and_rule(string body, string field, string message)
    {
        await using var host = await ServedAsync();
        using var response = await SendRawAsync(host, HttpMethod.Put, Path, body);
        var envelope = await BusinessHost.ReadAsync(response);
        Assert.Equal((HttpStatusCode.BadRequest, field, message), (response.StatusCode, envelope.GetProperty("field").GetString(), envelope.GetProperty("message").GetString()));
        Assert.Null(host.Models.Traffic.SettingOf(KocPotential.Name));
    }

    [Fact]
    public async Task What_the_lifecycle_refuses_is_refused_over_both_and_nothing_changes()
    {
        await using var host = await ServedAsync();
        host.Lifecycle.Result = new AdminResult(ScoreStatus.NotFound, "model 'koc-potential' has no version 9; it has 1, 2");
        var refusal = await Assert.ThrowsAsync<RpcException>(async () => await Client(host).SetTrafficAsync(
            new SetTrafficRequest { Model = KocPotential.Name, Author = "a", Reason = "b", Arms = { new Arm { Version = 9, BasisPoints = 10_000 } } }, cancellationToken: Cancellation));
        Assert.Equal((StatusCode.NotFound, host.Lifecycle.Result.Error), (refusal.StatusCode, refusal.Status.Detail));
        using var response = await SendRawAsync(host, HttpMethod.Put, Path, Split);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Null(host.Models.Traffic.SettingOf(KocPotential.Name));
        var field = await Assert.ThrowsAsync<RpcException>(async () => await Client(host).SetTrafficAsync(
            new SetTrafficRequest { Model = KocPotential.Name, Author = "a", Reason = "b", Arms = { new Arm { Version = 1, BasisPoints = 1 }, new Arm { Version = 2, BasisPoints = 1 } } }, cancellationToken: Cancellation));
        Assert.Equal((StatusCode.InvalidArgument, "arms"), (field.StatusCode, field.Trailers.GetValue("error-field")));
    }

    [Fact]
    public async Task A_rollout_is_started_read_paused_judged_and_aborted_over_both()
    {
        await using var host = await ServedAsync();
        const string Rollout = $"/api/models/{KocPotential.Name}/rollout";
        var (status, started) = await SendAsync(host, HttpMethod.Post, Rollout, """{"baseline":1,"candidate":2,"steps":[{"shadow":true,"samples":10},{"percent":0.5,"minSeconds":60,"needsVerdict":true}],"guardrails":{"maxPsi":null,"maxKs":0.2},"author":"ann","reason":"the new one"}""");
        Assert.Equal((HttpStatusCode.OK, "running", 1), (status, started.GetProperty("status").GetString(), started.GetProperty("step").GetInt32()));
        Assert.Equal((JsonValueKind.Null, 0.2), (started.GetProperty("guardrails").GetProperty("maxPsi").ValueKind, started.GetProperty("guardrails").GetProperty("maxKs").GetDouble()));
        var client = Client(host);
        var read = await client.GetRolloutAsync(new GetRolloutRequest { Model = KocPotential.Name }, cancellationToken: Cancellation);
        Assert.Equal([(true, 10_000, 10L, 0, false), (false, 50, 1_000L, 60, true)], read.Steps.Select(s => (s.Step.Shadow, s.Step.BasisPoints, s.Step.Samples, s.Step.MinSeconds, s.Step.NeedsVerdict)));
        Assert.Equal(-1, read.Guardrails.MaxPsi);
        var judged = await client.GiveVerdictAsync(new GiveVerdictRequest { Model = KocPotential.Name, Passed = true, Author = "trainer", Reason = "auc rose", Metrics = { ["auc"] = 0.91 } }, cancellationToken: Cancellation);
        Assert.Equal(0.91, judged.Steps[0].Evidence.Verdict.Metrics["auc"]);
        var change = new ChangeRolloutRequest { Model = KocPotential.Name, Author = "ann", Reason = "lunch" };
        Assert.Equal("paused", (await client.PauseRolloutAsync(change, cancellationToken: Cancellation)).Status);
        var (_, resumed) = await SendAsync(host, HttpMethod.Post, $"{Rollout}/resume", """{"author":"ann","reason":"back"}""");
        Assert.Equal("running", resumed.GetProperty("status").GetString());
        var (_, aborted) = await SendAsync(host, HttpMethod.Post, $"{Rollout}/abort", """{"author":"ann","reason":"no"}""");
        Assert.Equal(("aborted", "aborted by ann: no"), (aborted.GetProperty("status").GetString(), aborted.GetProperty("why").GetString()));
        var refused = await Assert.ThrowsAsync<RpcException>(async () => await client.ResumeRolloutAsync(change, cancellationToken: Cancellation));
        Assert.Equal("the rollout of model 'koc-potential' is aborted; it must be paused", refused.Status.Detail);
    }

    [Theory]
    [InlineData("""{"candidate":0,"author":"a","reason":"b"}""", "candidate is 0; it must be a whole number from 1")]
    [InlineData("""{"author":"a","reason":"b"}""", "candidate is missing; it must be a whole number from 1")]
    [InlineData("""{"candidate":1,"author":"a","reason":"b","steps":[{"percent":0}]}""", "steps[0].percent is 0; it must be above 0 and at most 100, in steps of 0.01")]
    [InlineData("""{"candidate":1,"author":"a","reason":"b","guardrails":{"maxPsi":"much"}}""", "guardrails.maxPsi is 'much'; it must be a number")]
    public async Task A_plan_that_makes_no_sense_is_refused(string body, string message)
    {
        await using var host = await ServedAsync();
        using var response = await SendRawAsync(host, HttpMethod.Post, $"/api/models/{KocPotential.Name}/rollout", body);
        Assert.Equal(message, (await BusinessHost.ReadAsync(response)).GetProperty("message").GetString());
    }

    // Version 2 is routed to by then.
    private static async Task<BusinessHost> ServedAsync()
    {
        var host = await BusinessHost.StartAsync();
        host.ServeKoc(1);
        host.ServeKoc(2);
        return host;
    }

    private static Contracts.Traffic.Traffic.TrafficClient Client(BusinessHost host) => new(host.Channel);

    private static async Task<(HttpStatusCode Status, JsonElement Data)> SendAsync(BusinessHost host, HttpMethod method, string path, string? body)
    {
        using var response = await SendRawAsync(host, method, path, body);
        var envelope = await BusinessHost.ReadAsync(response);
        Assert.True(envelope.TryGetProperty("data", out var data), envelope.ToString());
        return (response.StatusCode, data);
    }

    private static Task<HttpResponseMessage> SendRawAsync(BusinessHost host, HttpMethod method, string path, string? body)
    {
        var client = new HttpClient(new DocumentedHandler(ServedDescription.Document)) { BaseAddress = host.Http.BaseAddress };
        return client.SendAsync(new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") }, Cancellation);
    }
}
