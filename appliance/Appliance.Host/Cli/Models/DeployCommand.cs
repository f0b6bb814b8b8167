using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Appliance.Scoring.Traffic;

namespace Appliance.Host.Cli.Models;

/// <summary>
/// <c>appliance models deploy</c>: one version onto one node after the other. A node that refuses changes nothing for the others; in the end it is said which have the version
/// and what to do about those that do not. Used for one command.
/// </summary>
internal sealed class DeployCommand(ModelsArguments arguments, IReadOnlyList<NodeClient> nodes, TextWriter output, TextWriter errors, TimeProvider time, ClientOptions client)
{
    /// <summary>For nodes that start, with --wait: the time in which a deployment is promised.</summary>
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(300);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    // Soon enough to see that it moves, rare enough to be read.
    private static readonly TimeSpan ProgressEvery = TimeSpan.FromSeconds(1);

    private readonly List<NodeClient> _have = [];
    private readonly List<(NodeClient Node, string Why)> _haveNot = [];
    private int _grpcPort;
    private bool _replaces;

    /// <summary>Returns the exit code.</summary>
    public async Task<int> RunAsync(IReadOnlyList<DeployedFile> files, CancellationToken cancellation)
    {
        var version = arguments.Version;
        NodeClient? asked = null;
        try
        {
            if (arguments.Wait) await WaitAsync(nodes, "api/models", "answers", cancellation);
            if (version == 0) version = await NextVersionAsync(cancellation);
            foreach (var node in nodes.Where(n => _haveNot.All(f => f.Node != n)))
            {
                asked = node;
                await DeployAsync(node, version, files, cancellation);
                asked = null;
            }
            if (arguments.Wait) await WaitAsync(_have, "v2/health/ready", "is ready", cancellation);
            if (arguments.Canary > 0 && _have.Count > 0)
            {
                output.WriteLine($"See what it does: appliance traffic get {arguments.Name}. All of the requests: the same command with --version {version} and without --canary. Back: appliance models rollback {arguments.Name}");
            }
            if (_have.Count > 0) await new ExamplePrinter(output, client).PrintAsync(_have[0], arguments.Name, _grpcPort, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            if (asked is not null) _haveNot.Add((asked, $"it was interrupted, and has the version if its files had all arrived: appliance models describe {arguments.Name} --node {asked}"));
            foreach (var node in nodes.Where(n => !_have.Contains(n) && _haveNot.All(f => f.Node != n))) _haveNot.Add((node, "it was not asked"));
            errors.WriteLine("appliance: interrupted");
        }
        return Summarise(version);
    }

    private async Task<long> NextVersionAsync(CancellationToken cancellation)
    {
        var highest = 0L;
        foreach (var node in nodes)
        {
            try
            {
                var versions = await node.VersionsAsync(arguments.Name, cancellation);
                highest = versions.Select(v => v.GetProperty("version").GetInt64()).Append(highest).Max();
            }
            catch (NodeException e)
            {
                // Which versions it has is not known, so neither is whether the next one is free there.
                _haveNot.Add((node, e.Message));
            }
        }
        return highest + 1;
    }

    private async Task DeployAsync(NodeClient node, long version, IReadOnlyList<DeployedFile> files, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        var told = began;
        try
        {
            var route = await node.DeployAsync(arguments.Name, version, Query(), files, Progress, cancellation);
            if (route.TryGetProperty("grpcPort", out var port)) _grpcPort = _have.Count == 0 ? port.GetInt32() : _grpcPort;
            _have.Add(node);
            var before = route.GetProperty("previousVersion").GetInt64();
            _replaces |= before != 0 && before != version;
            var goes = arguments.Canary > 0 ? $"{Percent.Text(arguments.Canary)} % of the requests go to it, the rest to {before}"
                : $"requests go to it{(before == 0 || before == version ? "" : $", to {before} before")}";
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{node}: {arguments.Name} version {version} is loaded and warm, and {goes} ({time.GetElapsedTime(began).TotalSeconds:F1} s)"));
        }
        catch (NodeException e)
        {
            _haveNot.Add((node, e.Message));
        }

        void Progress(long sent, long total)
        {
            if (sent < total && time.GetElapsedTime(told) < ProgressEvery) return;
            told = time.GetTimestamp();
            errors.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{node}: {sent / 1e6:F1} of {total / 1e6:F1} MB sent{(sent < total ? "" : "; it is loaded and warmed now")}"));
        }
    }

    private string Query() => arguments.Canary == 0 ? ""
        : $"?canary={Percent.Text(arguments.Canary)}&author={Uri.EscapeDataString(Environment.UserName)}&reason={Uri.EscapeDataString("models deploy --canary")}";

    private async Task WaitAsync(IReadOnlyList<NodeClient> those, string path, string what, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        foreach (var node in those)
        {
            var told = false;
            while (await node.ProbeAsync(HttpMethod.Get, path, null, cancellation) is not (200, _))
            {
                if (time.GetElapsedTime(began) > StartLimit)
                {
                    errors.WriteLine($"appliance: {node}: after {StartLimit.TotalSeconds:F0} s it is still not so that it {what}");
                    break;
                }
                if (!told) errors.WriteLine($"{node}: waiting until it {what}");
                told = true;
                await Task.Delay(Look, time, cancellation);
            }
        }
    }

    private int Summarise(long version)
    {
        if (_haveNot.Count == 0) return 0;
        var what = $"{arguments.Name}{(version == 0 ? "" : $" version {version}")}";
        errors.WriteLine($"appliance: {_have.Count} of {nodes.Count} nodes have {what}{(_have.Count == 0 ? "" : $": {string.Join(", ", _have)}")}");
        foreach (var (node, why) in _haveNot) errors.WriteLine($"appliance: {node} has not: {why}");
        var again = version == 0 ? "" : $" with --version {version}";
        errors.WriteLine($"appliance: once that is mended, give the same command{again} again: nodes that have the version keep it as it is");
        if (_have.Count > 0)
        {
            errors.WriteLine($"appliance: or take it back: appliance models {(_replaces ? "rollback" : "delete")} {arguments.Name} {string.Join(' ', _have.Select(n => $"--node {n}"))}");
        }
        return 1;
    }
}
