using EndToEnd.Tests.Business;
using EndToEnd.Tests.Clients;
using EndToEnd.Tests.Lifecycle;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;

namespace EndToEnd.Tests.Deployment;

/// <summary>A deployment by one command of the published binary against two running ones, and the command lines that it prints.</summary>
public sealed class DeployTests : IDisposable
{
    private readonly TemporaryRepository _first = new(), _second = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("deploy-");

    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_file_is_served_by_two_nodes_and_what_is_printed_calls_it()
    {
        await using var first = await StartAsync(_first, "none");
        await using var second = await StartAsync(_second, "explicit");
        var run = await DeployAsync(BusinessModels.KocPotential(1).First(f => f.Name == "model.onnx").Content, "koc", first, second);
        Assert.True(run.ExitCode == 0, run.Errors);
        await CallsWorkAsync(run, expected: 2);

        run = await DeployAsync(OnnxModels.Mlp(0), "mlp", first, second);
        Assert.True(run.ExitCode == 0, run.Errors);
        Assert.Contains("ModelInfer", run.Text);
        await CallsWorkAsync(run, expected: 2);
    }

    [Fact]
    public async Task Versions_follow_each_other_and_are_rolled_back_and_deleted()
    {
        await using var first = await StartAsync(_first, "poll");
        await using var second = await StartAsync(_second, "none");
        Assert.Equal(0, (await DeployAsync(OnnxModels.Scale(1), "scale", first, second)).ExitCode);
        Assert.Equal(0, (await DeployAsync(OnnxModels.Scale(2), "scale", first, second)).ExitCode);
        Assert.Equal((2f, 2f), (await first.FactorAsync("scale"), await second.FactorAsync("scale")));

        Assert.Equal(0, (await RunAsync(["models", "rollback", "scale", .. Nodes(first, second)])).ExitCode);
        Assert.Equal((1f, 1f), (await first.FactorAsync("scale"), await second.FactorAsync("scale")));
        Assert.Equal(0, (await DeployAsync(OnnxModels.Scale(3), "scale", first, second)).ExitCode);
        Assert.Equal((3f, 3f), (await first.FactorAsync("scale"), await second.FactorAsync("scale")));

        Assert.Equal(1, (await RunAsync(["models", "delete", "scale", "--version", "3", .. Nodes(first)])).ExitCode);
        Assert.Equal(0, (await RunAsync(["models", "delete", "scale", "--version", "1", .. Nodes(first)])).ExitCode);
        var described = await RunAsync(["models", "describe", "scale", .. Nodes(first)]);
        Assert.Matches("scale +v2 +", described.Text);
        Assert.Matches("scale +v3 +READY +requests go to it", described.Text);
        Assert.DoesNotMatch("scale +v1 +", described.Text);
        Assert.Equal(0, (await RunAsync(["models", "delete", "scale", .. Nodes(first, second)])).ExitCode);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_first.Path));
        Assert.Contains("no models", (await RunAsync(["models", "list", .. Nodes(second)])).Text);
    }

    [Fact]
    public async Task A_canary_gets_its_share_then_everything_or_nothing()
    {
        await using var first = await StartAsync(_first, "poll");
        var graph = Write(OnnxModels.Scale(1));
        var run = await RunAsync(["models", "deploy", graph, "--name", "scale", "--canary", "50%", .. Nodes(first)]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("canary is 50, and model 'scale' has no version that answers the rest; deploy its first version without", run.Errors);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_first.Path));

        Assert.Equal(0, (await DeployAsync(OnnxModels.Scale(1), "scale", first)).ExitCode);
        run = await RunAsync(["models", "deploy", Write(OnnxModels.Scale(2)), "--name", "scale", "--canary", "50%", .. Nodes(first)]);
        Assert.True(run.ExitCode == 0, run.Errors);
        Assert.Contains("scale version 2 is loaded and warm, and 50 % of the requests go to it, the rest to 1", run.Text);
        Assert.Equal([1f, 2f], (await FactorsAsync(first)).Order());
        Assert.Contains("models deploy --canary", (await RunAsync(["traffic", "get", "scale", "--server", $"http://127.0.0.1:{first.HttpPort}"])).Text);

        Assert.Equal(0, (await RunAsync(["models", "rollback", "scale", .. Nodes(first)])).ExitCode);
        Assert.Equal([1f], await FactorsAsync(first));
        Assert.Equal(0, (await RunAsync(["models", "deploy", Write(OnnxModels.Scale(2)), "--name", "scale", "--version", "2", .. Nodes(first)])).ExitCode);
        Assert.Equal([2f], await FactorsAsync(first));
    }

    [Fact]
    public async Task A_node_that_refuses_keeps_what_it_had_and_the_other_one_is_done()
    {
        await using var first = await StartAsync(_first, "none");
        await using var second = await StartAsync(_second, "none");
        Assert.Equal(0, (await DeployAsync(OnnxModels.Scale(1), "scale", first, second)).ExitCode);
        // The second node has another version 2 already.
        _second.AddVersion("scale", 2, OnnxModels.Scale(9));
        var run = await RunAsync(["models", "deploy", Write(OnnxModels.Scale(2)), "--name", "scale", "--version", "2", .. Nodes(first, second)]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"1 of 2 nodes have scale version 2: http://127.0.0.1:{first.HttpPort}", run.Errors);
        Assert.Contains("version is 2; the repository has that version with other files", run.Errors);
        Assert.Equal((2f, 1f), (await first.FactorAsync("scale"), await second.FactorAsync("scale")));

        // What is mended is given again: the first node has it and keeps it.
        _second.RemoveVersion("scale", 2);
        run = await RunAsync(["models", "deploy", Write(OnnxModels.Scale(2)), "--name", "scale", "--version", "2", .. Nodes(first, second)]);
        Assert.True(run.ExitCode == 0, run.Errors);
        Assert.Equal((2f, 2f), (await first.FactorAsync("scale"), await second.FactorAsync("scale")));
    }

    [Fact]
    public async Task A_file_that_is_no_model_changes_nothing_and_a_restart_finds_what_was_served()
    {
        await using (var appliance = await StartAsync(_first, "none"))
        {
            Assert.Equal(0, (await DeployAsync(OnnxModels.Scale(1), "scale", appliance)).ExitCode);
            var run = await DeployAsync("no model"u8.ToArray(), "scale", appliance);
            Assert.Equal(1, run.ExitCode);
            Assert.Contains("failed to load 'scale', version 2", run.Errors);
            Assert.Equal(1f, await appliance.FactorAsync("scale"));
            Assert.Equal(["1"], Directory.EnumerateFileSystemEntries(_first.ModelPath("scale")).Select(Path.GetFileName));
            Assert.Equal(0, await appliance.StopAsync());
        }
        await using var again = await StartAsync(_first, "none");
        Assert.Equal(1f, await again.FactorAsync("scale"));
    }

    private static async Task<IReadOnlyCollection<float>> FactorsAsync(ApplianceProcess appliance)
    {
        var factors = new HashSet<float>();
        for (var i = 0; i < 20; i++) factors.Add(await appliance.FactorAsync("scale"));
        return factors;
    }

    private static async Task CallsWorkAsync(ProgramRun run, int expected)
    {
        var lines = run.Text.Split('\n').Where(l => l.StartsWith("  ", StringComparison.Ordinal)).ToArray();
        Assert.Equal(expected, lines.Length);
        foreach (var line in lines)
        {
            var call = await ProgramRun.OfAsync("/bin/bash", "-c", line);
            Assert.True(call.ExitCode == 0, $"{line}\n{call.Errors}");
            Assert.True(call.Text.Contains("\"outputs\"") || call.Text.Contains("\"code\":200") || call.Text.Contains("grpc-status: 0"), $"{line}\n{call.Text}");
        }
    }

    private static Task<ApplianceProcess> StartAsync(TemporaryRepository repository, string mode) =>
        ApplianceProcess.StartAsync(new ApplianceSettings { Repository = repository.Path, ControlMode = mode });

    private Task<ProgramRun> DeployAsync(byte[] onnx, string name, params ApplianceProcess[] nodes) =>
        RunAsync(["models", "deploy", Write(onnx), "--name", name, .. Nodes(nodes)]);

    private static string[] Nodes(params ApplianceProcess[] nodes) => [.. nodes.SelectMany(n => new[] { "--node", $"http://127.0.0.1:{n.HttpPort}" })];

    private static Task<ProgramRun> RunAsync(params string[] arguments) => ProgramRun.OfAsync(ApplianceBinary.PathOrSkip(), arguments);

    private string Write(byte[] onnx)
    {
        var path = Path.Combine(_folder.FullName, "file.onnx");
        File.WriteAllBytes(path, onnx);
        return path;
    }
}
