using System.Buffers;
using System.Net.Http.Headers;
using System.Text.Json;
using FeatureModel;
using FeatureModel.Definitions;
using FeatureModel.Definitions.Changes;

namespace Appliance.Host.Cli;

/// <summary>
/// <c>appliance features</c>: changes and shows what the running appliance has registered, over its REST calls. Exit codes: 0 done, 1 refused or
/// not reached, 2 a wrong command line, 3 a verification that found mismatches.
/// </summary>
internal sealed class FeaturesVerb(HttpClient http, TextWriter output, TextWriter errors)
{
    private const string Root = "api/feature-registry";

    public static async Task<int> RunAsync(string[] args)
    {
        if (!ApplianceClient.TryCreate(out var created, out var wrong)) return Usage.Refuse(wrong);
        using var http = created;
        using var stop = new CancellationTokenSource();
        // The first interrupt ends what the appliance does for this command, the second this process.
        using var interrupt = System.Runtime.InteropServices.PosixSignalRegistration.Create(System.Runtime.InteropServices.PosixSignal.SIGINT, signal =>
        {
            signal.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        });
        return await new FeaturesVerb(http, Console.Out, Console.Error).RunAsync(args, stop.Token);
    }

    /// <summary>Returns the exit code.</summary>
    public async Task<int> RunAsync(string[] args, CancellationToken cancellation)
    {
        if (!FeaturesVerbArguments.TryParse(args, out var arguments, out var error))
        {
            errors.WriteLine($"appliance: {error}. See 'appliance help'.");
            return 2;
        }
        try
        {
            if (arguments.Command == "verify") return await new VerifyCommand(http, output, errors).RunAsync(arguments, cancellation);
            return arguments.Command is "apply" or "plan" ? await ChangeAsync(arguments, cancellation) : await AskAsync(arguments, cancellation);
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
            errors.WriteLine($"appliance: what answers at {arguments.Server} is no appliance with features");
        }
        return 1;
    }

    private async Task<int> ChangeAsync(FeaturesVerbArguments arguments, CancellationToken cancellation)
    {
        var read = DefinitionFiles.ReadFolder(arguments.Folder);
        if (!read.Succeeded)
        {
            foreach (var wrong in read.Errors) errors.WriteLine($"error: {wrong}");
            return 1;
        }
        using var content = new ByteArrayContent(BodyOf(arguments, read.Definitions));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var reply = await http.PostAsync(new Uri(arguments.Server, $"{Root}/{arguments.Command}"), content, cancellation);
        using var document = await ReadAsync(reply, cancellation);
        return new FeaturesPrinter(output, errors, read.Definitions).PrintChange(document.RootElement);
    }

    private async Task<int> AskAsync(FeaturesVerbArguments arguments, CancellationToken cancellation)
    {
        var printer = new FeaturesPrinter(output, errors, new FeatureDefinitions());
        var one = arguments.Words.Count == 2 ? $"{Root}/{Uri.EscapeDataString(arguments.Words[0])}/{Uri.EscapeDataString(arguments.Words[1])}" : Root;
        if (arguments.Command == "delete")
        {
            var why = $"?author={Uri.EscapeDataString(arguments.Author)}&reason={Uri.EscapeDataString(arguments.Reason)}";
            using var deleted = await http.DeleteAsync(new Uri(arguments.Server, one + why), cancellation);
            using var change = await ReadAsync(deleted, cancellation);
            return printer.PrintChange(change.RootElement);
        }
        var kind = arguments.Words.Count == 1 ? $"?kind={Uri.EscapeDataString(arguments.Words[0])}" : "";
        using var reply = await http.GetAsync(new Uri(arguments.Server, one + kind), cancellation);
        using var document = await ReadAsync(reply, cancellation);
        return arguments.Command == "list" ? printer.PrintList(document.RootElement) : printer.PrintObject(document.RootElement);
    }

    private static byte[] BodyOf(FeaturesVerbArguments arguments, FeatureDefinitions definitions)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("mode"u8, arguments.Mode);
            json.WriteString("author"u8, arguments.Author);
            json.WriteString("reason"u8, arguments.Reason);
            json.WriteStartObject("definitions"u8);
            foreach (var kind in DefinitionKinds.All)
            {
                json.WriteStartArray(kind.Section());
                foreach (var definition in definitions.Of(kind)) json.WriteRawValue(CanonicalJson.Of(definition, FeatureRules.All));
                json.WriteEndArray();
            }
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    private static async Task<JsonDocument> ReadAsync(HttpResponseMessage reply, CancellationToken cancellation) =>
        Envelope(await reply.Content.ReadAsByteArrayAsync(cancellation));

    /// <summary>An answer's envelope.</summary>
    /// <exception cref="JsonException">It is none: what answers is no appliance with features.</exception>
    internal static JsonDocument Envelope(byte[] bytes)
    {
        var document = JsonDocument.Parse(bytes);
        if (document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("code", out _)) return document;
        document.Dispose();
        throw new JsonException("no envelope");
    }
}
