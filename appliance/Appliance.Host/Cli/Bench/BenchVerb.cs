using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using Appliance.Host.Cli.Files;
using Appliance.Host.Cli.Models;
using Appliance.LoadGen;
using Appliance.LoadGen.Arrivals;
using Appliance.LoadGen.Reports;

namespace Appliance.Host.Cli.Bench;

/// <summary>
/// <c>appliance bench</c>: the highest rate of random arrivals at which a model of a running appliance answers 99 of 100 requests in time. Exit codes: 0 found, 1 refused, not
/// reached or no rate meets the bound, 2 a wrong command line.
/// </summary>
internal sealed class BenchVerb(HttpClient http, TextWriter output, TextWriter errors)
{
    /// <summary>Before each run's figures count: connections fill, and what the run before left has ended.</summary>
    private static readonly TimeSpan Warmup = TimeSpan.FromSeconds(1);

    /// <summary>The request that is tried before any load may be a model's first, so it has more time than any other.</summary>
    private static readonly TimeSpan FirstAnswer = TimeSpan.FromSeconds(60);

    public static async Task<int> RunAsync(string[] args)
    {
        if (!ApplianceClient.TryCreate(out var client, out var error)) return Usage.Refuse(error);
        using var http = client;
        return await new BenchVerb(http, Console.Out, Console.Error).RunAsync(args, CancellationToken.None);
    }

    /// <summary>Returns the exit code.</summary>
    public async Task<int> RunAsync(string[] args, CancellationToken cancellation)
    {
        if (!BenchArguments.TryParse(args, out var arguments, out var error)) return Fail(2, $"{error}. See 'appliance help'");
        try
        {
            var options = await PrepareAsync(arguments, cancellation);
            return Report(arguments, Search(arguments, options));
        }
        catch (InputException e)
        {
            return Fail(2, e.Message);
        }
        catch (Exception e) when (e is NodeException or IOException or SocketException or UnauthorizedAccessException)
        {
            return Fail(1, e.Message.TrimEnd('.'));
        }
    }

    private async Task<LoadOptions> PrepareAsync(BenchArguments arguments, CancellationToken cancellation)
    {
        var node = new NodeClient(arguments.Node, http);
        var path = $"v2/models/{Uri.EscapeDataString(arguments.Model)}{(arguments.Version > 0 ? $"/versions/{arguments.Version}" : "")}";
        var (status, text) = await node.ProbeAsync(HttpMethod.Get, path, null, cancellation)
            ?? throw new NodeException($"nobody answers at {node}; --node says where the appliance's REST port is");
        if (status != StatusCodes.Status200OK) throw new NodeException($"{node} does not describe {arguments.Model}: {text}");
        using var metadata = ReadMetadata(node, text);
        var body = arguments.Request is { } file ? await File.ReadAllBytesAsync(file, cancellation) : BenchBody.Make(metadata.RootElement, arguments);
        var options = new LoadOptions
        {
            Protocol = arguments.IsRest ? LoadProtocol.Rest : LoadProtocol.Grpc,
            Url = arguments.IsRest ? arguments.Node : arguments.Grpc,
            Model = arguments.Model,
            Path = arguments.IsRest ? $"/{path}/infer" : null,
            Body = body,
            ApiKey = ApplianceClient.ApiKey(VerbSettings.Client()),
            Warmup = Warmup.TotalSeconds,
            Connections = arguments.Connections,
            Seed = arguments.Seed,
        };
        if (!arguments.IsJson) output.WriteLine($"{arguments.Model} over {(arguments.IsRest ? "REST" : "gRPC")} at {options.Url.ToString().TrimEnd('/')}, {body.Length} bytes a request, Poisson arrivals, p99 at most {Number(arguments.Bound)} ms");
        TryOnce(options);
        return options;
    }

    private static JsonDocument ReadMetadata(NodeClient node, string text)
    {
        try
        {
            return JsonDocument.Parse(text);
        }
        catch (JsonException)
        {
            throw new NodeException($"what answers at {node} is no appliance");
        }
    }

    // A request that is refused is refused at every rate: it is said once, with its status.
    private static void TryOnce(LoadOptions options)
    {
        var (warmup, drain) = (options.Warmup, options.Drain);
        (options.Rate, options.Arrivals) = (10, ArrivalKind.Constant);
        (options.Warmup, options.Duration, options.Drain) = (0, 0.5, FirstAnswer.TotalSeconds);
        var report = LoadRun.Execute(options);
        (options.Warmup, options.Drain, options.Arrivals) = (warmup, drain, ArrivalKind.Poisson);
        if (report.Failed > 0) throw new NodeException($"{report.Failed} of {report.Intended} first requests failed: {string.Join(", ", report.ByStatus.Keys)}");
    }

    private BenchTrial? Search(BenchArguments arguments, LoadOptions options)
    {
        if (!arguments.IsJson) output.WriteLine($"{"due/s",10} {"answered/s",11} {"p50 ms",8} {"p99 ms",8} {"p99.9 ms",9} {"failed",8}");
        var search = new BenchSearch(arguments, Run, (trial, meets) =>
        {
            if (!arguments.IsJson) output.WriteLine($"{Number(trial.Rate),10} {trial.Achieved,11:F0} {trial.P50,8:F3} {trial.P99,8:F3} {trial.P999,9:F3} {trial.Failed,8} {(meets ? "met" : "broken")}");
        });
        return search.Find();

        BenchTrial Run(double rate, TimeSpan duration)
        {
            (options.Rate, options.Duration) = (rate, duration.TotalSeconds);
            return TrialOf(rate, LoadRun.Execute(options));
        }
    }

    private static BenchTrial TrialOf(double rate, LoadReport report) =>
        new(rate, report.AchievedRate, report.Intended, report.Failed, report.Latency.P50 / 1000, report.Latency.P99 / 1000, report.Latency.P999 / 1000, report.SendLag.P99 / 1000);

    private int Report(BenchArguments arguments, BenchTrial? found)
    {
        if (found is null) return Fail(1, $"no rate from {BenchSearch.LowestRate} to {BenchSearch.HighestRate} requests a second keeps a p99 of {Number(arguments.Bound)} ms");
        if (arguments.IsJson)
        {
            using var json = new Utf8JsonWriter(Console.OpenStandardOutput());
            WriteJson(json, arguments, found);
            json.Flush();
            output.WriteLine();
            return 0;
        }
        output.WriteLine($"{arguments.Model}: {Number(found.Rate)} requests a second with p99 {found.P99:F3} ms (p50 {found.P50:F3}, p99.9 {found.P999:F3}; of the p99 at most {found.Lag:F3} is the generator's own) over {found.Requests} requests");
        return 0;
    }

    private static void WriteJson(Utf8JsonWriter json, BenchArguments arguments, BenchTrial found)
    {
        json.WriteStartObject();
        json.WriteString("model", arguments.Model);
        json.WriteString("protocol", arguments.IsRest ? "rest" : "grpc");
        json.WriteNumber("boundMilliseconds", arguments.Bound);
        json.WriteNumber("requestsPerSecond", found.Rate);
        json.WriteNumber("requests", found.Requests);
        json.WriteNumber("p50Milliseconds", found.P50);
        json.WriteNumber("p99Milliseconds", found.P99);
        json.WriteNumber("p999Milliseconds", found.P999);
        json.WriteNumber("generatorLagP99Milliseconds", found.Lag);
        json.WriteEndObject();
    }

    private int Fail(int code, string error)
    {
        errors.WriteLine($"appliance: {error}.");
        return code;
    }

    private static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
