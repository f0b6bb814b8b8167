using EndToEnd.Tests.Clients;
using EndToEnd.Tests.Processes;
using YamlDotNet.RepresentationModel;

namespace EndToEnd.Tests.Deployment;

/// <summary>The files of <c>deploy/</c>: what can be said of them without a cluster.</summary>
public sealed class DeployFileTests
{
    private static readonly string Folder = Path.Combine(RepositoryRoot.Path, "deploy");

    [Theory]
    [InlineData("kubernetes/appliance.yaml", "StatefulSet", "Service", "PodDisruptionBudget")]
    [InlineData("kserve/servingruntime.yaml", "ServingRuntime", "InferenceService")]
    public void A_manifest_is_YAML_of_the_kinds_that_it_is_named_for(string file, params string[] kinds)
    {
        var documents = Load(file);
        Assert.Equal(kinds, documents.Select(d => Text(d, "kind")));
        Assert.All(documents, d => Assert.NotEmpty(Text(d["metadata"], "name")));
    }

    [Fact]
    public void Envoy_has_a_listener_and_a_cluster_for_each_protocol()
    {
        var root = Assert.Single(Load("envoy/envoy.yaml"))["static_resources"];
        Assert.Equal(["rest", "grpc"], ((YamlSequenceNode)root["listeners"]).Select(l => Text(l, "name")));
        Assert.Equal(["appliance_rest", "appliance_grpc"], ((YamlSequenceNode)root["clusters"]).Select(c => Text(c, "name")));
        // Without the caller's address everybody would be of this machine, and administer.
        var filters = ((YamlSequenceNode)root["listeners"]).Select(l => l["filter_chains"][0]["filters"][0]["typed_config"]);
        Assert.All(filters, f => Assert.Equal("true", Text(f, "use_remote_address")));
    }

    [Theory]
    [InlineData("kubernetes/appliance.yaml")]
    [InlineData("kserve/servingruntime.yaml")]
    public async Task The_flags_of_a_container_are_flags_of_serve(string file)
    {
        var containers = Load(file).SelectMany(d => d.AllNodes.OfType<YamlMappingNode>()).Where(m => m.Children.ContainsKey("image") && m.Children.ContainsKey("args"));
        string[] args = [.. ((YamlSequenceNode)Assert.Single(containers)["args"]).Select(a => ((YamlScalarNode)a).Value!)];
        Assert.Equal("serve", args[0]);
        await AreFlagsAsync(args[1..]);
    }

    [Fact]
    public void The_folders_of_a_pod_are_there_before_its_first_start()
    {
        var container = Assert.Single(Load("kubernetes/appliance.yaml").SelectMany(d => d.AllNodes.OfType<YamlMappingNode>()), m => m.Children.ContainsKey("image"));
        var mounts = ((YamlSequenceNode)container["volumeMounts"]).Select(m => Text(m, "mountPath"));
        string[] args = [.. ((YamlSequenceNode)container["args"]).Select(a => ((YamlScalarNode)a).Value!)];
        Assert.All(["--model-repository=", "--state-folder="], flag => Assert.Contains(Assert.Single(args, a => a.StartsWith(flag, StringComparison.Ordinal))[flag.Length..], mounts));
    }

    [Theory]
    [InlineData("systemd/appliance.service")]
    [InlineData("systemd/appliance@.service")]
    public async Task The_flags_of_a_unit_are_flags_of_serve(string file)
    {
        var start = Assert.Single(File.ReadAllLines(Path.Combine(Folder, file)), l => l.StartsWith("ExecStart=", StringComparison.Ordinal));
        await AreFlagsAsync(start.Split(' ')[2..]);
    }

    [Theory]
    [InlineData("systemd/appliance.service", "appliance.service")]
    [InlineData("systemd/appliance@.service", "appliance@1.service")]
    public async Task Systemd_takes_a_unit(string file, string name)
    {
        var folder = Directory.CreateTempSubdirectory("unit-");
        try
        {
            // The program is where it is installed, which is not here.
            var unit = File.ReadAllText(Path.Combine(Folder, file)).Replace("/opt/appliance/appliance", "/bin/true", StringComparison.Ordinal);
            var path = Path.Combine(folder.FullName, name);
            File.WriteAllText(path, unit);
            var run = await ProgramRun.OfAsync("/usr/bin/systemd-analyze", "verify", "--man=no", path);
            Assert.DoesNotContain(name, run.Errors);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Nginx_takes_its_configuration()
    {
        var run = await Nginx.CheckAsync();
        Assert.True(run.ExitCode == 0, run.Errors);
    }

    private static async Task AreFlagsAsync(string[] flags)
    {
        // The profile of the machine would be measured; another one is a flag as well.
        var run = await ProgramRun.OfAsync(ApplianceBinary.PathOrSkip(), ["settings", .. flags.Select(f => f.Replace("auto", "cpu-2", StringComparison.Ordinal).Replace("%i", "1", StringComparison.Ordinal))]);
        Assert.True(run.ExitCode == 0, run.Errors);
    }

    private static YamlDocument[] Parse(string file)
    {
        var stream = new YamlStream();
        using var text = File.OpenText(Path.Combine(Folder, file));
        stream.Load(text);
        return [.. stream.Documents];
    }

    private static YamlNode[] Load(string file) => [.. Parse(file).Select(d => d.RootNode)];

    private static string Text(YamlNode node, string key) => ((YamlScalarNode)node[key]).Value!;
}
