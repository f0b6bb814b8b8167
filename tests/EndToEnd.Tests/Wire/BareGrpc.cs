using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;

namespace EndToEnd.Tests.Wire;

/// <summary>
/// gRPC calls written by hand over HTTP/2: any bytes as the message, any headers, and no logic of a client library in between. What comes
/// back is the server's own word.
/// </summary>
internal sealed class BareGrpc(int port) : IDisposable
{
    public const string ModelInfer = "/inference.GRPCInferenceService/ModelInfer";
    public const string ModelStreamInfer = "/inference.GRPCInferenceService/ModelStreamInfer";
    public const string ServerLive = "/inference.GRPCInferenceService/ServerLive";

    private readonly HttpClient _client = new() { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(60) };

    /// <param name="Http">The HTTP status.</param>
    /// <param name="Grpc">The gRPC status, from the trailers or, where nothing else came, the headers; null when there is none.</param>
    internal sealed record Reply(HttpStatusCode Http, StatusCode? Grpc, string Message, byte[] Body);

    /// <summary>A message with its five bytes of prefix in front.</summary>
    public static byte[] Frame(byte[] message, byte flag = 0) => Frame(message, (uint)message.Length, flag);

    /// <summary>A message whose prefix says another length than it has.</summary>
    public static byte[] Frame(byte[] message, uint statedLength, byte flag = 0)
    {
        var frame = new byte[5 + message.Length];
        frame[0] = flag;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), statedLength);
        message.CopyTo(frame, 5);
        return frame;
    }

    public async Task<Reply> PostAsync(
        string path, HttpContent body, string contentType = "application/grpc", CancellationToken cancellation = default, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = body,
        };
        body.Headers.ContentType = contentType.Length == 0 ? null : new MediaTypeHeaderValue(contentType);
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        var bytes = await response.Content.ReadAsByteArrayAsync(cancellation);
        var status = First(response.TrailingHeaders, "grpc-status") ?? First(response.Headers, "grpc-status");
        var message = First(response.TrailingHeaders, "grpc-message") ?? First(response.Headers, "grpc-message") ?? "";
        return new Reply(
            response.StatusCode, status is null ? null : (StatusCode)int.Parse(status, CultureInfo.InvariantCulture), Uri.UnescapeDataString(message), bytes);
    }

    public Task<Reply> PostAsync(string path, byte[] body, params (string Name, string Value)[] headers) =>
        PostAsync(path, new ByteArrayContent(body), headers: headers);

    public void Dispose() => _client.Dispose();

    private static string? First(HttpHeaders headers, string name) => headers.TryGetValues(name, out var values) ? values.First() : null;
}
