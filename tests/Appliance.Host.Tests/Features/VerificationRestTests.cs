using System.Buffers;
using System.Net;
using System.Text;
using System.Text.Json;
using Appliance.Host.Cli;
using Appliance.Host.Telemetry;
using Contracts.Features;
using Grpc.Core;

namespace Appliance.Host.Tests.Features;

/// <summary>Verifications over REST, over gRPC, from the command line and on the metrics page.</summary>
public sealed class VerificationRestTests
{
    private const string Path = "/api/features/verify";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_is_begun_and_its_report_is_read()
    {
        await using var host = await VerificationHost.StartAsync();
        await host.SampleAsync(served: 1.5);
        await host.SampleAsync(served: 1.75);
        var begun = JsonDocument.Parse(FeatureHost.Data(await host.PostAsync(Path, """{"since":"1d","model":"ranker"}"""))).RootElement;
        Assert.Equal((1, "1d", "ranker"), (begun.GetProperty("number").GetInt32(), begun.GetProperty("since").GetString(), begun.GetProperty("model").GetString()));
        await host.EndedAsync();
        var run = JsonDocument.Parse(FeatureHost.Data(await host.GetAsync(Path))).RootElement;
        Assert.Equal(("done", 1.0), (run.GetProperty("state").GetString(), run.GetProperty("progress").GetDouble()));
        var report = run.GetProperty("report");
        Assert.Equal((2, 4, 1, 0), (Number(report, "samples"), Number(report, "compared"), Number(report, "mismatched"), Number(report, "unverifiable")));
        var wrong = report.GetProperty("features")[0];
        Assert.Equal(("score:score", 1, 0.25), (wrong.GetProperty("feature").GetString(), Number(wrong, "equal"), wrong.GetProperty("worstDifference").GetDouble()));
        var example = Assert.Single(wrong.GetProperty("examples").EnumerateArray());
        Assert.Equal(("user_id=7", "1.75 (stored)", "1.5 (stored)"), (example.GetProperty("entity").GetString(), example.GetProperty("served").GetString(), example.GetProperty("expected").GetString()));
        Assert.Equal("2025-01-31T00:00:00Z", example.GetProperty("readAt").GetString());
    }

    [Fact]
    public async Task An_empty_body_verifies_everything_and_a_delete_leaves_what_has_ended()
    {
        await using var host = await VerificationHost.StartAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await host.GetAsync(Path)).Status);
        Assert.Equal(HttpStatusCode.OK, (await host.PostAsync(Path, "")).Status);
        await host.EndedAsync();
        using var deleted = await host.Http.DeleteAsync(Path, Stop);
        Assert.Contains("\"state\":\"done\"", await deleted.Content.ReadAsStringAsync(Stop));
    }

    [Theory]
    [InlineData("""{"since":"soon"}""", "since is 'soon'; it must be a whole number and a unit", "since")]
    [InlineData("""{"since":"0d"}""", "since is '0d'; ", "since")]
    [InlineData("""{"since":1}""", "since is 1; it must be a string", "since")]
    [InlineData("""{"model":""}""", "model is ''; it must be a model's name", "model")]
    [InlineData("""{"until":"1d"}""", "'until' is not a member of this call; it takes since and model", "until")]
    [InlineData("[]", "the body must be a JSON object", null)]
    [InlineData("{", "the body is not JSON", null)]
    public async Task What_cannot_be_meant_is_refused(string body, string message, string? field)
    {
        await using var host = await FeatureHost.StartAsync();
        var (status, answer) = await host.PostAsync(Path, body);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        var root = JsonDocument.Parse(answer).RootElement;
        Assert.StartsWith(message, root.GetProperty("message").GetString());
        Assert.Equal(field, root.TryGetProperty("field", out var at) ? at.GetString() : null);
        Assert.Null(host.Platform.Verification.Current);
    }

    [Fact]
    public async Task The_command_waits_prints_and_says_by_its_exit_code_whether_all_was_right()
    {
        await using var host = await VerificationHost.StartAsync();
        await host.SampleAsync(served: 1.5);
        var (code, output) = await RunAsync(host);
        Assert.Equal(0, code);
        Assert.EndsWith("1 samples, 2 values compared, 0 mismatches, 0 not verifiable\n", output);
        await host.SampleAsync(served: 2);
        (code, output) = await RunAsync(host, "--since", "1d", "--model=ranker");
        Assert.Equal(VerifyCommand.Mismatches, code);
        Assert.Contains("    user_id=7 at 2025-01-31T00:00:00Z: served 2 (stored), by definition 1.5 (stored)\n", output);
        (code, output) = await RunAsync(host, "--json");
        Assert.Equal((3, 1), (code, JsonDocument.Parse(output).RootElement.GetProperty("report").GetProperty("mismatched").GetInt32()));
        (code, output) = await RunAsync(host, "--since", "1d", "--model", "zz");
        Assert.Equal((1, "appliance: --model is 'zz'; the journal has no samples of a model of that name from 1d on, so nothing was verified\n"), (code, output));
        (code, output) = await RunAsync(host, "--since", "later");
        Assert.Equal(1, code);
        Assert.StartsWith("appliance: since is 'later'; ", output);
    }

    [Fact]
    public async Task A_stream_of_messages_ends_with_the_report()
    {
        await using var host = await VerificationHost.StartAsync();
        await host.SampleAsync(served: 1.75);
        var client = new FeatureVerification.FeatureVerificationClient(host.Channel);
        using var call = client.Verify(new VerifyRequest { Since = "1d" }, deadline: DateTime.UtcNow.AddSeconds(60), cancellationToken: Stop);
        VerifyReply? last = null;
        await foreach (var message in call.ResponseStream.ReadAllAsync(Stop)) last = message;
        Assert.Equal((1, 2, 1), (last!.Report.Samples, last.Report.Compared, last.Report.Mismatched));
        Assert.Equal("1.75 (stored)", last.Report.Features[0].Examples[0].Served);
        using var refused = client.Verify(new VerifyRequest { Since = "x" }, deadline: DateTime.UtcNow.AddSeconds(60), cancellationToken: Stop);
        var error = await Assert.ThrowsAsync<RpcException>(() => refused.ResponseStream.MoveNext(Stop));
        Assert.Equal(StatusCode.InvalidArgument, error.StatusCode);
    }

    [Fact]
    public async Task Metrics_name_features_and_results_and_no_entity()
    {
        await using var host = await VerificationHost.StartAsync();
        await host.SampleAsync(served: 1.75);
        await host.PostAsync(Path, "");
        await host.EndedAsync();
        var buffer = new ArrayBufferWriter<byte>();
        VerificationMetrics.Write(new PrometheusWriter(buffer), host.Platform);
        var page = Encoding.UTF8.GetString(buffer.WrittenSpan);
        Assert.Contains("appliance_features_verified_total{view=\"score\",feature=\"score\",result=\"mismatched\"} 1\n", page);
        Assert.Contains("appliance_features_verified_total{view=\"twice\",feature=\"twice\",result=\"equal\"} 1\n", page);
        Assert.Contains("appliance_features_samples_total{result=\"written\"} 1\n", page);
    }

    private static int Number(JsonElement of, string member) => of.GetProperty(member).GetInt32();

    private static async Task<(int Code, string Output)> RunAsync(FeatureHost host, params string[] flags)
    {
        using var output = new StringWriter();
        var code = await new FeaturesVerb(host.Plain, output, output).RunAsync(["verify", .. flags, "--server", $"{host.Plain.BaseAddress}"], Stop);
        return (code, output.ToString().ReplaceLineEndings("\n"));
    }
}
