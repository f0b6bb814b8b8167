using System.Text.Json;

namespace Appliance.Host.Cli.Models;

/// <summary>Prints how a deployed model is called, by two command lines that were tried before they are shown.</summary>
/// <param name="client">What the command calls with, and whoever repeats the lines needs too.</param>
internal sealed class ExamplePrinter(TextWriter output, ClientOptions client)
{
    /// <summary>An example that is longer than this is of no use on a screen: it is told how it would be made instead.</summary>
    private const int LongestBody = 4096;

    public async Task PrintAsync(NodeClient node, string model, int grpcPort, CancellationToken cancellation)
    {
        var path = $"v2/models/{Uri.EscapeDataString(model)}";
        if (await node.ProbeAsync(HttpMethod.Get, path, null, cancellation) is not (200, var text)) return;
        using var metadata = JsonDocument.Parse(text);
        var body = ExampleCalls.InferBody(metadata.RootElement);
        output.WriteLine("Call it, with values of your own:");
        await PrintLineAsync(node, path + "/infer", body, cancellation);
        var predict = $"api/predict/{Uri.EscapeDataString(model)}";
        if (await node.ProbeAsync(HttpMethod.Get, predict, null, cancellation) is (200, var described))
        {
            using var description = JsonDocument.Parse(described);
            await PrintLineAsync(node, predict, ExampleCalls.PredictBody(description.RootElement.GetProperty("data")), cancellation);
        }
        else if (grpcPort > 0 && ExampleCalls.InferFrame(metadata.RootElement) is var frame && frame.Length <= LongestBody)
        {
            // Scored by name it cannot be; gRPC is the other way. The answer is binary: its status is what a terminal can show.
            output.WriteLine(
                $"  echo {Convert.ToBase64String(frame)} | base64 -d | curl -sS{Credentials()} {(node.Node.Scheme == Uri.UriSchemeHttps ? "--http2" : "--http2-prior-knowledge")} -H 'content-type: application/grpc' -H 'te: trailers' --data-binary @- -o /dev/null -D - "
                + new UriBuilder(node.Node.Scheme, node.Node.Host, grpcPort, "inference.GRPCInferenceService/ModelInfer"));
        }
    }

    private async Task PrintLineAsync(NodeClient node, string path, string body, CancellationToken cancellation)
    {
        if (body.Length > LongestBody)
        {
            output.WriteLine($"  curl -s{Credentials()} {new Uri(node.Node, path)} -d @FILE      (an example has {body.Length} bytes)");
            return;
        }
        var tried = await node.ProbeAsync(HttpMethod.Post, path, body, cancellation);
        var note = tried is (200, _) ? "" : $"      (this example is refused: {tried?.Body ?? "no answer"})";
        output.WriteLine($"  curl -s{Credentials()} {new Uri(node.Node, path)} -d {ExampleCalls.Quoted(body)}{note}");
    }

    // Files are named, never their content: a key on a screen is a key lost.
    private string Credentials()
    {
        var words = "";
        if (client.CaFile.Length > 0) words += $" --cacert {ExampleCalls.Quoted(client.CaFile)}";
        if (client.CertificateFile.Length > 0) words += $" --cert {ExampleCalls.Quoted(client.CertificateFile)} --key {ExampleCalls.Quoted(client.KeyFile)}";
        if (client.ApiKeyFile.Length > 0) words += $" -H \"x-api-key: $(cat {ExampleCalls.Quoted(client.ApiKeyFile)})\"";
        return words;
    }
}
