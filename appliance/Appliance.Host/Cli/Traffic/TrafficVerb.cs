using System.Buffers;
using System.Net.Http.Headers;
using System.Text.Json;
using Appliance.Scoring.Traffic;
using Appliance.Scoring.Traffic.Rollouts;

namespace Appliance.Host.Cli.Traffic;

/// <summary>
/// <c>appliance traffic</c> and <c>appliance rollout</c>: show and change how a running appliance splits requests, over its REST calls. Exit codes: 0 done,
/// 1 refused or not reached, 2 a wrong command line.
/// </summary>
internal sealed class TrafficVerb(HttpClient http, TextWriter output, TextWriter errors)
{
    public static async Task<int> RunAsync(string verb, string[] args)
    {
        if (!ApplianceClient.TryCreate(out var created, out var wrong)) return Usage.Refuse(wrong);
        using var http = created;
        return await new TrafficVerb(http, Console.Out, Console.Error).RunAsync(verb, args, CancellationToken.None);
    }

    /// <summary>Returns the exit code.</summary>
    public async Task<int> RunAsync(string verb, IReadOnlyList<string> args, CancellationToken cancellation)
    {
        if (!TrafficArguments.TryParse(verb, args, out var arguments, out var error))
        {
            errors.WriteLine($"appliance: {error}. See 'appliance help'.");
            return 2;
        }
        try
        {
            using var request = RequestOf(arguments);
            using var reply = await http.SendAsync(request, cancellation);
            using var envelope = FeaturesVerb.Envelope(await reply.Content.ReadAsByteArrayAsync(cancellation));
            return Print(arguments, envelope.RootElement);
        }
        catch (HttpRequestException e)
        {
            errors.WriteLine($"appliance: {arguments.Server} cannot be reached: {e.Message}");
        }
        catch (OperationCanceledException)
        {
            errors.WriteLine(cancellation.IsCancellationRequested ? "appliance: interrupted" : $"appliance: {arguments.Server} does not answer");
        }
        catch (JsonException)
        {
            errors.WriteLine($"appliance: what answers at {arguments.Server} is no appliance");
        }
        return 1;
    }

    private int Print(TrafficArguments arguments, JsonElement envelope)
    {
        if (!envelope.TryGetProperty("data", out var data))
        {
            errors.WriteLine($"appliance: {envelope.GetProperty("message").GetString()}");
            return 1;
        }
        if (arguments.Json) output.WriteLine(data.GetRawText());
        else if (arguments.Verb == "traffic") TrafficPrinter.PrintTraffic(output, data);
        else TrafficPrinter.PrintRollout(output, data);
        return 0;
    }

    private static HttpRequestMessage RequestOf(TrafficArguments arguments)
    {
        var path = new Uri(arguments.Server, $"api/models/{Uri.EscapeDataString(arguments.Model)}/{arguments.Verb}");
        return (arguments.Verb, arguments.Command) switch
        {
            (_, "get") => new HttpRequestMessage(HttpMethod.Get, path),
            (_, "set") => With(new HttpRequestMessage(HttpMethod.Put, path), json => WriteSplit(json, arguments)),
            (_, "start") => With(new HttpRequestMessage(HttpMethod.Post, path), json => WritePlan(json, arguments)),
            (_, "pass" or "fail") => With(new HttpRequestMessage(HttpMethod.Post, $"{path}/verdict"), json =>
            {
                json.WriteBoolean("passed"u8, arguments.Command == "pass");
                WriteWho(json, arguments);
            }),
            _ => With(new HttpRequestMessage(HttpMethod.Post, $"{path}/{arguments.Command}"), json => WriteWho(json, arguments)),
        };
    }

    private static HttpRequestMessage With(HttpRequestMessage request, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        request.Content = new ReadOnlyMemoryContent(buffer.WrittenMemory);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return request;
    }

    private static void WriteSplit(Utf8JsonWriter json, TrafficArguments arguments)
    {
        json.WriteStartArray("arms"u8);
        foreach (var arm in arguments.Arms) WriteShare(json, arm, null);
        json.WriteEndArray();
        json.WriteStartArray("shadows"u8);
        foreach (var shadow in arguments.Shadows) WriteShare(json, shadow, arguments.Tolerance);
        json.WriteEndArray();
        WriteWho(json, arguments);
    }

    private static void WriteShare(Utf8JsonWriter json, TrafficShare share, double? tolerance)
    {
        json.WriteStartObject();
        json.WriteNumber("version"u8, share.Version);
        json.WriteNumber("percent"u8, Percent.Of(share.BasisPoints));
        if (tolerance is { } value) json.WriteNumber("tolerance"u8, value);
        json.WriteEndObject();
    }

    private static void WritePlan(Utf8JsonWriter json, TrafficArguments arguments)
    {
        json.WriteNumber("candidate"u8, arguments.Candidate);
        if (arguments.Baseline != 0) json.WriteNumber("baseline"u8, arguments.Baseline);
        if (arguments.Tolerance is { } tolerance) json.WriteNumber("tolerance"u8, tolerance);
        WriteWho(json, arguments);
        if (arguments.Steps.Count == 0 && arguments.Samples is null && arguments.MinSeconds == 0) return;
        json.WriteStartArray("steps"u8);
        foreach (var step in arguments.Steps.Count > 0 ? arguments.Steps : RolloutStep.Default)
        {
            json.WriteStartObject();
            json.WriteBoolean("shadow"u8, step.IsShadow);
            json.WriteNumber("percent"u8, Percent.Of(step.BasisPoints));
            json.WriteNumber("samples"u8, arguments.Samples ?? step.Samples);
            json.WriteNumber("minSeconds"u8, arguments.MinSeconds);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteWho(Utf8JsonWriter json, TrafficArguments arguments)
    {
        json.WriteString("author"u8, arguments.Author);
        json.WriteString("reason"u8, arguments.Reason);
    }
}
