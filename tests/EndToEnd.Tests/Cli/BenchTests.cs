using System.Globalization;
using System.Text.RegularExpressions;
using EndToEnd.Tests.Clients;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;

namespace EndToEnd.Tests.Cli;

/// <summary><c>appliance bench</c> of the published binary against a running one. Which rate it finds is the machine's; that there is one, and that the server saw it, is not.</summary>
public sealed partial class BenchTests : IDisposable
{
    private readonly TemporaryRepository _repository = new();

    public void Dispose() => _repository.Dispose();

    [Theory]
    [InlineData("gRPC")]
    [InlineData("REST", "--rest")]
    public async Task The_rate_that_is_found_was_answered_by_the_server(string protocol, params string[] flags)
    {
        _repository.AddVersion("mlp", 1, OnnxModels.Mlp(0));
        await using var appliance = await ApplianceProcess.StartAsync(new ApplianceSettings { Repository = _repository.Path });
        var run = await BenchAsync(appliance, ["mlp", "--p99-ms", "500", "--seconds", "0.5", "--start-rate", "2000", "--precision", "1", .. flags]);
        Assert.True(run.ExitCode == 0, run.Text + run.Errors);
        Assert.StartsWith($"mlp over {protocol} at http://127.0.0.1:", run.Text);
        var found = Found().Match(run.Text);
        Assert.True(found.Success, run.Text);
        Assert.InRange(double.Parse(found.Groups["rate"].Value, CultureInfo.InvariantCulture), 1, 1_000_000);

        var metrics = await appliance.Metrics.GetStringAsync("metrics", TestContext.Current.CancellationToken);
        var answered = double.Parse(Answered().Match(metrics).Groups["count"].Value, CultureInfo.InvariantCulture);
        Assert.True(answered >= double.Parse(found.Groups["requests"].Value, CultureInfo.InvariantCulture), $"{answered}\n{run.Text}");
    }

    [Fact]
    public async Task What_cannot_be_measured_is_said()
    {
        _repository.AddVersion("mlp", 1, OnnxModels.Mlp(0));
        await using var appliance = await ApplianceProcess.StartAsync(new ApplianceSettings { Repository = _repository.Path });
        var run = await BenchAsync(appliance, ["nobody"]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("does not describe nobody", run.Errors);
        var body = Path.Combine(_repository.Path, "..", $"{Guid.NewGuid():n}.json");
        await File.WriteAllTextAsync(body, "{}", TestContext.Current.CancellationToken);
        run = await BenchAsync(appliance, ["mlp", "--rest", "--request", body]);
        File.Delete(body);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("5 of 5 first requests failed: http-400", run.Errors);
        run = await ProgramRun.OfAsync(ApplianceBinary.PathOrSkip(), "bench", "mlp", "--node", "http://127.0.0.1:1");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("nobody answers at http://127.0.0.1:1", run.Errors);
    }

    private static Task<ProgramRun> BenchAsync(ApplianceProcess appliance, string[] arguments) =>
        ProgramRun.OfAsync(ApplianceBinary.PathOrSkip(), ["bench", .. arguments, "--node", $"http://127.0.0.1:{appliance.HttpPort}", "--grpc", $"http://127.0.0.1:{appliance.GrpcPort}"]);

    [GeneratedRegex(@"^mlp: (?<rate>[\d.]+) requests a second with p99 [\d.]+ ms .* over (?<requests>\d+) requests$", RegexOptions.Multiline)]
    private static partial Regex Found();

    [GeneratedRegex("""^nv_inference_request_success\{model="mlp",version="1".*\} (?<count>[\d.e+]+)""", RegexOptions.Multiline)]
    private static partial Regex Answered();
}
