using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using Contracts.Traffic;
using EndToEnd.Tests.Lifecycle;
using EndToEnd.Tests.Metrics;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Wire;
using Grpc.Core;

namespace EndToEnd.Tests.Traffic;

/// <summary>Splits, shadows and rollouts on the published binary. The model multiplies by its version, so an answer tells who gave it.</summary>
public sealed class TrafficTests : IDisposable
{
    private const string Model = "scale";
    private readonly TemporaryRepository _repository = new();

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public TrafficTests()
    {
        _repository.AddVersion(Model, 1, OnnxModels.Scale(1));
        _repository.AddVersion(Model, 2, OnnxModels.Scale(2));
        _repository.WriteConfig(Model, "version_policy { specific { versions: [ 1 ] } }");
    }

    private string State => Path.Combine(_repository.Outside, "state");

    public void Dispose() => _repository.Dispose();

    [Fact]
    public async Task Shares_that_change_under_load_fail_no_request_and_are_honoured()
    {
        await using var appliance = await StartAsync();
        await using (var load = new LoadedCalls(appliance, callers: 2))
        {
            await load.AnsweredAsync(50);
            for (var share = 0; share <= 10_000; share += 500)
            {
                await SetAsync(appliance, 10_000 - share, share);
                await load.AnsweredAsync(20);
            }
            await load.StopAsync();
            Assert.Empty(load.Failures);
            Assert.True(load.Answered > 400);
        }
        await SetAsync(appliance, 9_750, 250);
        var factors = new List<float>();
        for (var i = 0; i < 800; i++) factors.Add(await appliance.FactorAsync(Model));
        Assert.InRange(factors.Count(f => f == 2), 18, 22);
        Assert.Equal(2, await appliance.FactorAsync(Model, version: "2"));
    }

    [Fact]
    public async Task A_caller_stays_with_its_version_by_metadata_parameter_and_header_and_a_restart_keeps_it()
    {
        var before = new Dictionary<string, float>();
        await using (var appliance = await StartAsync())
        {
            await SetAsync(appliance, 5_000, 5_000);
            for (var i = 0; i < 40; i++)
            {
                var key = $"user-{i}";
                before[key] = await ByMetadataAsync(appliance, new Metadata { { "x-caller-key", key } });
                Assert.Equal(before[key], await ByParameterAsync(appliance, key));
                Assert.Equal(before[key], await ByRestAsync(appliance, key, inHeader: true));
                Assert.Equal(before[key], await ByRestAsync(appliance, key, inHeader: false));
            }
            Assert.Equal([1f, 2], before.Values.Distinct().Order());
            Assert.Equal(2, await ByMetadataAsync(appliance, new Metadata { { "x-caller-key", "user-1" }, { "x-model-version", "2" } }));
            Assert.Equal(1, await ByMetadataAsync(appliance, new Metadata { { "x-model-version", "1" } }));
            var refused = await ApplianceCalls.RefusalAsync(() => ByMetadataAsync(appliance, new Metadata { { "x-model-version", "two" } }));
            Assert.Equal("header x-model-version is 'two'; it must be a whole number above 0", refused.Detail);
            await appliance.KillAsync();
        }
        await using var again = await StartAsync();
        foreach (var (key, factor) in before) Assert.Equal(factor, await ByMetadataAsync(again, new Metadata { { "x-caller-key", key } }));
    }

    [Fact]
    public async Task A_torn_file_of_traffic_gives_way_to_the_one_before()
    {
        await using (var appliance = await StartAsync())
        {
            await SetAsync(appliance, 0, 10_000);
            await SetAsync(appliance, 10_000, 0);
            Assert.Equal(0, await appliance.StopAsync());
        }
        var file = Path.Combine(State, "traffic.json");
        var content = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(file, content[..^10], TestContext.Current.CancellationToken);
        await using var again = await StartAsync();
        Assert.Equal(2, await again.FactorAsync(Model));
        Assert.True(again.Log.Contains("traffic.json is not used"));
    }

    [Fact]
    public async Task A_shadow_that_answers_otherwise_is_seen_and_its_callers_see_nothing_of_it()
    {
        await using var appliance = await StartAsync();
        var request = new SetTrafficRequest { Model = Model, Author = "ann", Reason = "compare", Arms = { new Arm { Version = 1, BasisPoints = 10_000 } }, Shadows = { new Shadow { Version = 2, Tolerance = 0.5 } } };
        await Client(appliance).SetTrafficAsync(request, deadline: ApplianceCalls.Deadline);
        for (var i = 0; i < 30; i++) Assert.Equal(1, await appliance.FactorAsync(Model));
        await Eventually.BecomesTrueAsync(async () => (await TrafficAsync(appliance)).Shadows[0].Tally.Compared == 30, Limit, "thirty rows are compared");
        var shadow = (await TrafficAsync(appliance)).Shadows[0];
        Assert.Equal((30L, 1d), (shadow.Tally.Disagreed, shadow.Tally.MeanDifference));
        var page = await appliance.Metrics.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        Assert.Contains("appliance_traffic_shadow_compared_total{model=\"scale\",version=\"2\",result=\"disagreed\"} 30", page);
        Assert.Contains("appliance_traffic_requests_total{model=\"scale\",version=\"1\",role=\"arm\",status=\"ok\"} 30", page);
    }

    [Fact]
    public async Task A_bad_canary_is_rolled_back_by_itself_under_load_and_a_good_one_takes_over()
    {
        // Version 2 takes another input: every request that it gets fails.
        _repository.AddVersion(Model, 3, OnnxModels.Picks());
        await using var appliance = await StartAsync();
        await using var load = new LoadedCalls(appliance, callers: 1);
        await load.AnsweredAsync(20);
        var bad = await StartRolloutAsync(appliance, candidate: 3, new RolloutStep { Shadow = true, Samples = 1_000_000 });
        Assert.Equal("running", bad.Status);
        var ended = await EndAsync(appliance);
        Assert.Equal("rolled back", ended.Status);
        Assert.Contains(ended.Steps[0].Evidence.Findings, f => f is { Guard: "errors", Broken: true });
        Assert.Equal([(1L, 10_000)], (await TrafficAsync(appliance)).Arms.Select(a => (a.Version, a.BasisPoints)));
        Assert.True(appliance.Log.Contains("is rolled back in step 1"));
        // A shadow harms nobody.
        Assert.Empty(load.Failures);

        await StartRolloutAsync(appliance, candidate: 2, new RolloutStep { BasisPoints = 1_000, Samples = 20 }, new RolloutStep { BasisPoints = 10_000, Samples = 20 });
        var completed = await EndAsync(appliance);
        Assert.True(completed.Status == "completed", completed.ToString());
        Assert.Equal(2, await appliance.FactorAsync(Model));
        await load.StopAsync();
        Assert.Empty(load.Failures);
        using var rollback = await appliance.Http.PostAsync($"/api/models/{Model}/rollback", null, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, rollback.StatusCode);
        Assert.Equal(1, await appliance.FactorAsync(Model));
    }

    [Fact]
    public async Task A_rollout_goes_on_where_it_was_after_a_kill()
    {
        await using (var appliance = await StartAsync())
        {
            await StartRolloutAsync(appliance, candidate: 2, new RolloutStep { BasisPoints = 5_000, Samples = 10 }, new RolloutStep { BasisPoints = 10_000, Samples = 1_000_000 });
            await Eventually.BecomesTrueAsync(
                async () =>
                {
                    await appliance.FactorAsync(Model);
                    return (await RolloutAsync(appliance)).Step == 2;
                },
                Limit, "the second step has begun");
            await appliance.KillAsync();
        }
        await using var again = await StartAsync();
        var state = await RolloutAsync(again);
        Assert.Equal(("running", 2, "passed"), (state.Status, state.Step, state.Steps[0].Evidence.Outcome));
        for (var i = 0; i < 5; i++) Assert.Equal(2, await again.FactorAsync(Model));
    }

    [Fact]
    public async Task The_command_line_sets_shows_and_clears()
    {
        await using var appliance = await StartAsync();
        Assert.Equal(0, (await RunAsync(appliance, "traffic", "set", Model, "1=0", "2=100", "--shadow", "1=25", "--reason", "swap", "--author", "ann")).Code);
        Assert.Equal(2, await appliance.FactorAsync(Model));
        var (code, output) = await RunAsync(appliance, "traffic", "get", Model);
        Assert.Equal(0, code);
        Assert.Contains("shadow v1", output);
        Assert.Contains("by ann", output);
        Assert.Equal(0, (await RunAsync(appliance, "rollout", "start", Model, "--candidate", "1", "--baseline", "2", "--reason", "back", "--author", "ann")).Code);
        Assert.Contains("is running", (await RunAsync(appliance, "rollout", "get", Model)).Output);
        Assert.Equal(0, (await RunAsync(appliance, "rollout", "abort", Model, "--reason", "enough")).Code);
        Assert.Equal(0, (await RunAsync(appliance, "traffic", "clear", Model, "--reason", "done")).Code);
        Assert.Equal(1, await appliance.FactorAsync(Model));
        Assert.Equal(1, (await RunAsync(appliance, "traffic", "get", "nobody")).Code);
        Assert.Equal(2, (await RunAsync(appliance, "traffic", "set", Model, "1=100")).Code);
    }

    private Task<ApplianceProcess> StartAsync() => ApplianceProcess.StartAsync(new ApplianceSettings { Repository = _repository.Path, Flags = ["--state-folder", State] });

    private static Contracts.Traffic.Traffic.TrafficClient Client(ApplianceProcess appliance) => new(appliance.Channel);

    private static async Task SetAsync(ApplianceProcess appliance, int one, int two) => await Client(appliance).SetTrafficAsync(
        new SetTrafficRequest { Model = Model, Author = "ann", Reason = "test", Arms = { new Arm { Version = 1, BasisPoints = one }, new Arm { Version = 2, BasisPoints = two } } },
        deadline: ApplianceCalls.Deadline);

    private static async Task<TrafficState> TrafficAsync(ApplianceProcess appliance) =>
        await Client(appliance).GetTrafficAsync(new GetTrafficRequest { Model = Model }, deadline: ApplianceCalls.Deadline);

    private static async Task<RolloutState> RolloutAsync(ApplianceProcess appliance) =>
        await Client(appliance).GetRolloutAsync(new GetRolloutRequest { Model = Model }, deadline: ApplianceCalls.Deadline);

    // Latency is left out: what a machine that is busy with other builds takes says nothing of the candidate. So are scores: the versions differ by design.
    private static async Task<RolloutState> StartRolloutAsync(ApplianceProcess appliance, long candidate, params RolloutStep[] steps) => await Client(appliance).StartRolloutAsync(
        new StartRolloutRequest
        {
            Model = Model, Candidate = candidate, Baseline = 1, Author = "ann", Reason = "test", Steps = { steps },
            Guardrails = new Guardrails { MaxLatencyRatio = -1, MaxPsi = -1, MinSamples = 10 },
        },
        deadline: ApplianceCalls.Deadline);

    private static async Task<RolloutState> EndAsync(ApplianceProcess appliance)
    {
        await Eventually.BecomesTrueAsync(async () => (await RolloutAsync(appliance)).Status is not "running", Limit, "the rollout has ended");
        return await RolloutAsync(appliance);
    }

    private static async Task<float> ByMetadataAsync(ApplianceProcess appliance, Metadata headers)
    {
        var response = await appliance.Inference.ModelInferAsync(ScaleCalls.Request(Model), headers, ApplianceCalls.Deadline);
        return BitConverter.ToSingle(response.RawOutputContents[0].Span);
    }

    private static async Task<float> ByParameterAsync(ApplianceProcess appliance, string key)
    {
        var request = ScaleCalls.Request(Model);
        request.Parameters["caller_key"] = new Contracts.Inference.InferParameter { StringParam = key };
        return BitConverter.ToSingle((await appliance.Inference.ModelInferAsync(request, deadline: ApplianceCalls.Deadline)).RawOutputContents[0].Span);
    }

    private static async Task<float> ByRestAsync(ApplianceProcess appliance, string key, bool inHeader)
    {
        var parameters = inHeader ? "" : $"\"parameters\":{{\"caller_key\":\"{key}\"}},";
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v2/models/{Model}/infer")
        {
            Content = new StringContent($"{{{parameters}\"inputs\":[{{\"name\":\"INPUT0\",\"datatype\":\"FP32\",\"shape\":[1,4],\"data\":[1,2,3,4]}}]}}", Encoding.UTF8, "application/json"),
        };
        if (inHeader) request.Headers.Add("X-Caller-Key", key);
        using var response = await appliance.Http.SendAsync(request, TestContext.Current.CancellationToken);
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, body);
        return JsonDocument.Parse(body).RootElement.GetProperty("outputs")[0].GetProperty("data")[0].GetSingle();
    }

    private static async Task<(int Code, string Output)> RunAsync(ApplianceProcess appliance, params string[] args)
    {
        var info = new ProcessStartInfo(ApplianceBinary.PathOrSkip()) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var arg in args) info.ArgumentList.Add(arg);
        info.ArgumentList.Add("--server");
        info.ArgumentList.Add(appliance.Http.BaseAddress!.ToString());
        using var process = Process.Start(info)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output + await errors);
    }
}
