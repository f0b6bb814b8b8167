using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Appliance.Host.Cli;

/// <summary>
/// <c>appliance features verify</c>: has the running appliance verify what it served, waits, and prints the report. Exit codes: 0 no mismatch, 1 refused, failed,
/// cancelled or no sample of the model, 3 mismatches.
/// </summary>
internal sealed class VerifyCommand(HttpClient http, TextWriter output, TextWriter errors)
{
    private const string Path = "api/features/verify";

    // Soon enough for a person, rare enough for the appliance.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public const int Mismatches = 3;

    public async Task<int> RunAsync(FeaturesVerbArguments arguments, CancellationToken cancellation)
    {
        var address = new Uri(arguments.Server, Path);
        using var content = new StringContent(BodyOf(arguments), Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        var run = await ReadAsync(await http.PostAsync(address, content, cancellation), cancellation);
        try
        {
            while (IsRunning(run))
            {
                await Task.Delay(Pause, cancellation);
                run.Dispose();
                run = await ReadAsync(await http.GetAsync(address, cancellation), cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Nobody waits for it any more.
            using var ended = await http.DeleteAsync(address, CancellationToken.None);
            errors.WriteLine("appliance: the verification was cancelled");
            return 1;
        }
        using (run) return Print(run.RootElement, arguments);
    }

    private int Print(JsonElement envelope, FeaturesVerbArguments arguments)
    {
        if (!envelope.TryGetProperty("data", out var data))
        {
            errors.WriteLine($"appliance: {envelope.GetProperty("message").GetString()}");
            return 1;
        }
        if (!data.TryGetProperty("report", out var report))
        {
            errors.WriteLine($"appliance: the verification {(data.TryGetProperty("error", out var why) ? $"failed: {why.GetString()}" : "was cancelled")}");
            return 1;
        }
        if (arguments.Model is { } model && report.GetProperty("samples").GetInt64() == 0)
        {
            errors.WriteLine($"appliance: --model is '{model}'; the journal has no samples of a model of that name{(arguments.Since is { } since ? $" from {since} on" : "")}, so nothing was verified");
            return 1;
        }
        if (arguments.Json) output.WriteLine(data.GetRawText());
        else PrintReport(report);
        return report.GetProperty("mismatched").GetInt64() == 0 ? 0 : Mismatches;
    }

    private void PrintReport(JsonElement report)
    {
        foreach (var feature in report.GetProperty("features").EnumerateArray())
        {
            var reasons = string.Join(", ", feature.GetProperty("unverifiable").EnumerateObject().Select(r => $"{r.Name} {r.Value}"));
            output.WriteLine(
                $"{feature.GetProperty("model").GetString(),-24} {feature.GetProperty("feature").GetString(),-48} {feature.GetProperty("equal"),8} equal "
                + $"{feature.GetProperty("mismatched"),6} mismatched{(reasons.Length == 0 ? "" : $"  not verifiable: {reasons}")}");
            foreach (var example in feature.GetProperty("examples").EnumerateArray())
            {
                output.WriteLine(
                    $"    {example.GetProperty("entity").GetString()} at {example.GetProperty("readAt").GetString()}: served {example.GetProperty("served").GetString()}, "
                    + $"by definition {example.GetProperty("expected").GetString()}");
            }
        }
        if (report.GetProperty("leftOut").GetInt64() is > 0 and var older) output.WriteLine($"{older} older samples were left out");
        output.WriteLine(
            $"{report.GetProperty("samples")} samples, {report.GetProperty("compared")} values compared, {report.GetProperty("mismatched")} mismatches, "
            + $"{report.GetProperty("unverifiable")} not verifiable");
    }

    private static bool IsRunning(JsonDocument envelope) =>
        envelope.RootElement.TryGetProperty("data", out var data) && data.GetProperty("state").GetString() == "running";

    private static string BodyOf(FeaturesVerbArguments arguments)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (arguments.Since is { } since) json.WriteString("since"u8, since);
            if (arguments.Model is { } model) json.WriteString("model"u8, model);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static async Task<JsonDocument> ReadAsync(HttpResponseMessage reply, CancellationToken cancellation)
    {
        using (reply)
        {
            return FeaturesVerb.Envelope(await reply.Content.ReadAsByteArrayAsync(cancellation));
        }
    }
}
