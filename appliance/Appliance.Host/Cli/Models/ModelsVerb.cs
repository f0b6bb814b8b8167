using System.Runtime.InteropServices;
using System.Text.Json;
using Appliance.Host.Cli.Files;

namespace Appliance.Host.Cli.Models;

/// <summary>
/// <c>appliance models</c>: deploys, shows, rolls back and deletes models of running appliances, over their REST calls. Exit codes: 0 done on every node, 1 refused by or not
/// reached on one, 2 a wrong command line.
/// </summary>
internal sealed class ModelsVerb(HttpClient http, TextWriter output, TextWriter errors, TimeProvider time, ClientOptions client)
{
    public static async Task<int> RunAsync(string[] args)
    {
        if (!ApplianceClient.TryCreate(out var client, out var error)) return Usage.Refuse(error);
        using var http = client;
        // Each call has a limit of its own: an upload may take hours as long as it moves.
        http.Timeout = Timeout.InfiniteTimeSpan;
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        return await new ModelsVerb(http, Console.Out, Console.Error, TimeProvider.System, VerbSettings.Client()).RunAsync(args, stop.Token);

        // The first signal ends what is under way in good order, the second this process.
        void End(PosixSignalContext signal)
        {
            signal.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        }
    }

    /// <summary>Returns the exit code.</summary>
    public async Task<int> RunAsync(string[] args, CancellationToken cancellation)
    {
        if (!ModelsArguments.TryParse(args, out var arguments, out var error))
        {
            errors.WriteLine($"appliance: {error}. See 'appliance help'.");
            return 2;
        }
        NodeClient[] nodes = [.. arguments.Nodes.Select(n => new NodeClient(n, http))];
        try
        {
            if (arguments.Command == "deploy") return await new DeployCommand(arguments, nodes, output, errors, time, client).RunAsync(DeployedFile.Of(arguments), cancellation);
        }
        catch (InputException e)
        {
            errors.WriteLine($"appliance: {e.Message}.");
            return 2;
        }
        return await OnEachAsync(arguments, nodes, cancellation);
    }

    private async Task<int> OnEachAsync(ModelsArguments arguments, NodeClient[] nodes, CancellationToken cancellation)
    {
        var missing = new List<NodeClient>();
        foreach (var node in nodes)
        {
            try
            {
                await RunAsync(arguments, node, cancellation);
            }
            catch (NodeException e)
            {
                errors.WriteLine($"appliance: {node}: {e.Message}");
                missing.Add(node);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                errors.WriteLine($"appliance: interrupted at {node}; the nodes behind it were not asked");
                return 1;
            }
        }
        // A roll-back of a roll-back goes forward again: the whole command is not one to repeat.
        if (arguments.Command == "rollback" && missing.Count > 0 && missing.Count < nodes.Length)
        {
            errors.WriteLine(
                $"appliance: once that is mended, roll back there alone: appliance models rollback {arguments.Name} {string.Join(' ', missing.Select(n => $"--node {n}"))}; "
                + "the same command again would undo it on the others");
        }
        return missing.Count == 0 ? 0 : 1;
    }

    private async Task RunAsync(ModelsArguments arguments, NodeClient node, CancellationToken cancellation)
    {
        var model = $"api/models/{Uri.EscapeDataString(arguments.Name)}";
        switch (arguments.Command)
        {
            case "list":
                PrintVersions(node, await node.SendAsync(HttpMethod.Get, "api/models", cancellation));
                break;
            case "describe":
                PrintVersions(node, await node.SendAsync(HttpMethod.Get, model, cancellation));
                await PrintSignatureAsync(node, arguments.Name, cancellation);
                break;
            case "rollback":
                var route = await node.SendAsync(HttpMethod.Post, model + "/rollback", cancellation);
                output.WriteLine($"{node}: {RollbackWords(arguments.Name, route.GetProperty("version").GetInt64(), route.GetProperty("previousVersion").GetInt64())}; it is pinned until the next deployment");
                break;
            default:
                var what = arguments.Version == 0 ? model : $"{model}/versions/{arguments.Version}";
                await node.SendAsync(HttpMethod.Delete, what, cancellation);
                output.WriteLine($"{node}: {arguments.Name}{(arguments.Version == 0 ? "" : $" version {arguments.Version}")} is deleted");
                break;
        }
    }

    // The version before is the one with most of the requests: where a split ended, it may be the one that has them all now.
    private static string RollbackWords(string model, long version, long before) => version == before
        ? $"all requests for {model} go to version {version} now, which had most of them before"
        : $"requests for {model} go to version {version} now, to {before} before";

    private void PrintVersions(NodeClient node, JsonElement versions)
    {
        output.WriteLine($"{node}{(versions.GetArrayLength() == 0 ? ": no models" : "")}");
        var split = versions.EnumerateArray().Where(v => v.GetProperty("routed").GetBoolean()).CountBy(v => v.GetProperty("model").GetString()!).Where(m => m.Value > 1).Select(m => m.Key).ToHashSet();
        foreach (var version in versions.EnumerateArray())
        {
            var model = version.GetProperty("model").GetString()!;
            var number = version.GetProperty("version").GetInt64();
            string[] marks =
            [
                .. version.GetProperty("routed").GetBoolean() ? [split.Contains(model) ? $"some requests go to it: appliance traffic get {model}" : "requests go to it"] : Array.Empty<string>(),
                .. version.GetProperty("pinned").GetBoolean() ? ["pinned"] : Array.Empty<string>(),
                .. version.GetProperty("reason").GetString() is { Length: > 0 } reason ? [reason] : Array.Empty<string>(),
            ];
            output.WriteLine($"  {model,-32} {(number == 0 ? "-" : $"v{number}"),-8} {version.GetProperty("state").GetString(),-10} {string.Join("; ", marks)}".TrimEnd());
        }
    }

    private async Task PrintSignatureAsync(NodeClient node, string model, CancellationToken cancellation)
    {
        if (await node.ProbeAsync(HttpMethod.Get, $"v2/models/{Uri.EscapeDataString(model)}", null, cancellation) is not (200, var text)) return;
        using var metadata = JsonDocument.Parse(text);
        foreach (var kind in new[] { "inputs", "outputs" })
        {
            foreach (var tensor in metadata.RootElement.GetProperty(kind).EnumerateArray())
            {
                output.WriteLine($"  {kind[..^1]} {tensor.GetProperty("name").GetString()}: {tensor.GetProperty("datatype").GetString()} {tensor.GetProperty("shape").GetRawText()}");
            }
        }
    }
}
