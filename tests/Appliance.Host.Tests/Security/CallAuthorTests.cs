using System.Net;
using System.Text.Json;
using Appliance.Host.Security.Calls;
using Appliance.Host.Security.Keys;
using Contracts.Models;
using Contracts.Traffic;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using TestKit;

namespace Appliance.Host.Tests.Security;

/// <summary>A change is written down for whoever was asked who they are, whatever they say of themselves.</summary>
public sealed class CallAuthorTests
{
    private const string Path = "/api/models/" + KocPotential.Name;
    private const string Split = """{"arms":[{"version":1,"percent":100}],"author":"ann","reason":"hold"}""";

    [Theory]
    [InlineData("ann", "ops (stated: ann)")]
    [InlineData("ops", "ops")]
    [InlineData("", "ops")]
    [InlineData("  ", "ops")]
    public void What_a_known_caller_states_stands_beside_its_name(string stated, string expected) => Assert.Equal(expected, CallAuthor.Of(Known("ops"), stated));

    [Fact]
    public void Of_two_names_that_do_not_fit_the_proved_one_is_kept_and_one_that_is_too_long_is_still_refused()
    {
        var name = new string('o', 128);
        Assert.Equal(name, CallAuthor.Of(Known(name), new string('a', 128)));
        Assert.True(CallAuthor.Of(Known("ops"), new string('a', 129)).Length > 128);
    }

    [Fact]
    public void Where_nobody_is_asked_the_stated_name_is_all_there_is()
    {
        Assert.Equal("ann", CallAuthor.Of(new DefaultHttpContext(), "ann"));
        Assert.Equal("", CallAuthor.Of(new DefaultHttpContext(), ""));
        Assert.Equal("local", CallAuthor.Of(new DefaultHttpContext()));
        Assert.Equal("ops", CallAuthor.Of(Known("ops")));
    }

    [Fact]
    public async Task The_traffic_and_the_audit_log_name_the_same_caller_over_rest()
    {
        await using var host = await SecuredHost.WithAsync(SecuredHost.Entry("ops", "operate"));
        var (status, body, _) = await host.SendAsync(HttpMethod.Put, $"{Path}/traffic", "ops", Split);
        Assert.Equal((HttpStatusCode.OK, "ops (stated: ann)"), (status, AuthorIn(body)));
        Assert.Equal("ops (stated: ann)", host.Models.Traffic.SettingOf(KocPotential.Name)!.Author);
        Assert.Contains("\"who\":\"ops\"", host.Audit[0]);
        (_, body, _) = await host.SendAsync(HttpMethod.Put, $"{Path}/traffic", "ops", Split.Replace("\"author\":\"ann\",", "", StringComparison.Ordinal));
        Assert.Equal("ops", AuthorIn(body));
        (status, body, _) = await host.SendAsync(HttpMethod.Post, $"{Path}/pin", "ops", """{"version":1}""");
        Assert.Equal((HttpStatusCode.OK, "ops"), (status, host.Lifecycle.LastAuthor));
    }

    [Fact]
    public async Task A_rollout_and_its_verdicts_are_the_callers_over_rest()
    {
        await using var host = await SecuredHost.WithAsync(SecuredHost.Entry("ops", "operate"), SecuredHost.Entry("trainer", "operate"));
        host.Models.Serve(KocPotential.Name, 2, KocPotential.Signature(), KocPotential.Instance(KocPotential.Signature()), KocPotential.Manifest());
        var plan = """{"baseline":1,"candidate":2,"steps":[{"percent":50,"needsVerdict":true}],"author":"ann","reason":"may"}""";
        var (status, body, _) = await host.SendAsync(HttpMethod.Post, $"{Path}/rollout", "ops", plan);
        Assert.Equal((HttpStatusCode.OK, "ops (stated: ann)"), (status, AuthorIn(body)));
        (_, body, _) = await host.SendAsync(HttpMethod.Post, $"{Path}/rollout/pause", "ops", """{"author":"bob","reason":"lunch"}""");
        Assert.Contains("paused by ops (stated: bob): lunch", body);
        (_, body, _) = await host.SendAsync(HttpMethod.Post, $"{Path}/rollout/verdict", "trainer", """{"passed":false,"author":"ops","reason":"worse"}""");
        Assert.Contains("the verdict of trainer (stated: ops) is against it: worse", body);
    }

    [Fact]
    public async Task The_traffic_and_the_audit_log_name_the_same_caller_over_grpc()
    {
        await using var host = await SecuredHost.WithAsync(SecuredHost.Entry("ops", "operate"));
        host.Models.Serve(KocPotential.Name, 2, KocPotential.Signature(), KocPotential.Instance(KocPotential.Signature()), KocPotential.Manifest());
        var key = new Metadata { { "x-api-key", SecuredHost.KeyOf("ops") } };
        var client = new Contracts.Traffic.Traffic.TrafficClient(host.Channel);
        var set = new SetTrafficRequest { Model = KocPotential.Name, Author = "ann", Reason = "hold", Arms = { new Arm { Version = 1, BasisPoints = 10_000 } } };
        Assert.Equal("ops (stated: ann)", (await client.SetTrafficAsync(set, key, cancellationToken: Cancellation)).Author);
        Assert.Contains("\"who\":\"ops\"", host.Audit[0]);
        var start = new StartRolloutRequest { Model = KocPotential.Name, Baseline = 1, Candidate = 2, Reason = "may" };
        Assert.Equal("ops", (await client.StartRolloutAsync(start, key, cancellationToken: Cancellation)).Author);
        var change = new ChangeRolloutRequest { Model = KocPotential.Name, Author = "bob", Reason = "no" };
        Assert.Contains("by ops (stated: bob): no", (await client.AbortRolloutAsync(change, key, cancellationToken: Cancellation)).Why);
        await new ModelAdmin.ModelAdminClient(host.Channel).RollbackAsync(new RollbackRequest { Model = KocPotential.Name }, key, cancellationToken: Cancellation);
        Assert.Equal("ops", host.Lifecycle.LastAuthor);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static string? AuthorIn(string body)
    {
        using var document = JsonDocument.Parse(body);
        return document.RootElement.GetProperty("data").GetProperty("author").GetString();
    }

    private static DefaultHttpContext Known(string name)
    {
        var context = new DefaultHttpContext();
        context.Features.Set(new Principal(SecuredHost.Entry(name, "operate"), null));
        return context;
    }
}
