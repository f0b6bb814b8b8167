using System.Security.Authentication;
using System.Text.Json;

namespace Appliance.Host.Cli.Models;

/// <summary>The calls of one appliance that <c>appliance models</c> makes. Thread-safe as its HTTP client is.</summary>
internal sealed class NodeClient(Uri node, HttpClient http)
{
    /// <summary>An upload of which no byte moves for so long has lost its connection.</summary>
    private static readonly TimeSpan Stalled = TimeSpan.FromSeconds(60);

    /// <summary>For the load behind an upload: three times what a version may take for its trial runs (Models:WarmupLimitSeconds).</summary>
    private static readonly TimeSpan Loading = TimeSpan.FromMinutes(15);

    /// <summary>For every other call.</summary>
    private static readonly TimeSpan Answering = TimeSpan.FromSeconds(60);

    public Uri Node => node;

    public override string ToString() => node.ToString().TrimEnd('/');

    /// <summary>Sends a call; gives the envelope's data.</summary>
    /// <exception cref="NodeException">It is refused, or nobody is there.</exception>
    public async Task<JsonElement> SendAsync(HttpMethod method, string path, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Answering);
        return await SendAsync(new HttpRequestMessage(method, new Uri(node, path)), limit.Token, cancellation);
    }

    /// <summary>Every version of a model; empty where the node has none of it.</summary>
    public async Task<IReadOnlyList<JsonElement>> VersionsAsync(string model, CancellationToken cancellation)
    {
        var versions = await SendAsync(HttpMethod.Get, "api/models", cancellation);
        // The list knows which models there are, so that one that is not is no error.
        if (versions.EnumerateArray().All(v => v.GetProperty("model").GetString() != model)) return [];
        return [.. (await SendAsync(HttpMethod.Get, $"api/models/{Uri.EscapeDataString(model)}", cancellation)).EnumerateArray()];
    }

    /// <summary>Sends a version's files; ends when requests go to it, or when it is refused.</summary>
    /// <param name="query">What stands behind the path; empty for nothing.</param>
    /// <exception cref="NodeException">It is refused, or the node is lost.</exception>
    public async Task<JsonElement> DeployAsync(
        string model, long version, string query, IReadOnlyList<DeployedFile> files, Action<long, long> progress, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Stalled);
        var (sent, total) = (0L, files.Sum(f => f.Bytes));
        using var form = new MultipartFormDataContent();
        foreach (var file in files)
        {
            form.Add(new UploadContent(file, Moved), file.Part, file.Target.Length > 0 ? file.Target : "config.pbtxt");
        }
        var request = new HttpRequestMessage(HttpMethod.Put, new Uri(node, $"api/models/{Uri.EscapeDataString(model)}/versions/{version}{query}")) { Content = form };
        // What is refused before its bytes are wanted is not sent.
        request.Headers.ExpectContinue = true;
        return await SendAsync(request, limit.Token, cancellation);

        void Moved(int bytes)
        {
            sent += bytes;
            limit.CancelAfter(sent < total ? Stalled : Loading);
            progress(sent, total);
        }
    }

    /// <summary>Whether the node answers, and with what: null where nobody is there.</summary>
    public async Task<(int Status, string Body)?> ProbeAsync(HttpMethod method, string path, string? json, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Answering);
        using var request = new HttpRequestMessage(method, new Uri(node, path));
        if (json is not null) request.Content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        try
        {
            using var reply = await http.SendAsync(request, limit.Token);
            return ((int)reply.StatusCode, await reply.Content.ReadAsStringAsync(limit.Token));
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return null;
        }
    }

    private async Task<JsonElement> SendAsync(HttpRequestMessage request, CancellationToken limit, CancellationToken cancellation)
    {
        try
        {
            using (request)
            {
                using var reply = await http.SendAsync(request, limit);
                using var document = JsonDocument.Parse(await reply.Content.ReadAsByteArrayAsync(limit));
                if (document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("data", out var data)) return data.Clone();
                throw new NodeException(document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("message", out var message)
                    ? message.GetString()! : $"the answer was {(int)reply.StatusCode} without a reason");
            }
        }
        catch (HttpRequestException e)
        {
            throw new NodeException($"it cannot be reached: {(e.InnerException is IOException or AuthenticationException ? e.InnerException.Message : e.Message)}");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new NodeException("it does not answer");
        }
        catch (JsonException)
        {
            throw new NodeException("what answers there is no appliance");
        }
    }
}
