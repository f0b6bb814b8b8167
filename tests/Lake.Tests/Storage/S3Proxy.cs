using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Lake.Storage;

namespace Lake.Tests.Storage;

/// <summary>
/// What is between a storage and the S3 server of a test: requests fail as the test says. It adds what that server lacks of S3: <c>If-None-Match: *</c> is heeded, an object that is put is seen as
/// a whole or not at all, and an upload is ended once and with all its parts. Thread-safe.
/// </summary>
internal sealed class S3Proxy : IDisposable
{
    /// <summary>Pieces of an answer that is slow.</summary>
    private const int SlowPieces = 16;

    private readonly S3Server _server;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Task, bool> _connections = new();

    // One request at a time for each object.
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _objects = new(StringComparer.Ordinal);

    // Uploads by id: false for those that miss a part, true for those that are ended.
    private readonly ConcurrentDictionary<string, bool> _uploads = new(StringComparer.Ordinal);
    private readonly Task _loop;

    public S3Proxy(S3Server server)
    {
        _server = server;
        // Where the server is not installed, the test is skipped here.
        _ = server.Options("/");
        _listener.Start();
        _loop = Task.Run(AcceptAsync);
    }

    /// <summary>Requests so far.</summary>
    public ConcurrentQueue<S3Request> Requests { get; } = new();

    /// <summary>How a request fails, by its place among <see cref="Requests"/>; null for not. Asked for each request.</summary>
    public Func<int, S3Request, S3Fault?> Faults { get; set; } = (_, _) => null;

    /// <summary>Requests that failed.</summary>
    public int Failed { get; private set; }

    /// <summary>Settings that reach the server by way of the proxy.</summary>
    public S3Options Options(string staging)
    {
        var options = _server.Options(staging);
        options.ServiceUrl = $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
        (options.MaxWait, options.Retries) = (TimeSpan.FromMilliseconds(4), 3);
        return options;
    }

    public void Dispose()
    {
        _stop.Cancel();
        _loop.Wait();
        _listener.Stop();
        Task.WhenAll(_connections.Keys).Wait();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                client.NoDelay = true;
                _connections[ServeAsync(client)] = true;
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    // A client that goes away, as it does at its time limit, ends its connection.
    private async Task ServeAsync(TcpClient client)
    {
        await Task.Yield();
        using (client)
        {
            try
            {
                while (await S3Request.ReadAsync(client.GetStream(), _stop.Token) is { } request && await AnswerAsync(client, request))
                {
                }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
            }
        }
    }

    // Whether the connection goes on.
    private async Task<bool> AnswerAsync(TcpClient client, S3Request request)
    {
        var fault = Next(request);
        switch (fault)
        {
            case S3Fault.SlowDown:
                return await SendAsync(client, Error(request, 503, "SlowDown"));
            case S3Fault.Internal:
                return await SendAsync(client, Error(request, 500, "InternalError"));
            case S3Fault.Denied:
                return await SendAsync(client, Error(request, 403, "AccessDenied"));
            case S3Fault.Missing:
                return await SendAsync(client, Error(request, 404, "NoSuchKey"));
            case S3Fault.NoUpload:
                return await SendAsync(client, Error(request, 404, "NoSuchUpload"));
            case S3Fault.Archived:
                return await SendAsync(client, Error(request, 403, "InvalidObjectState"));
            case S3Fault.Accepted:
                return await SendAsync(client, Head(202, 0, "x-amz-request-id: 1"));
            case S3Fault.Restoring:
                return await SendAsync(client, Error(request, 409, "RestoreAlreadyInProgress"));
            case S3Fault.Swallowed:
                if (request.Upload is { } upload) _uploads[upload] = false;
                return await SendAsync(client, Head(200, 0, $"ETag: \"{Convert.ToHexStringLower(MD5.HashData(request.Body))}\""));
            case S3Fault.Dropped:
                return Cut(client);
        }
        var answer = await ForwardAsync(request);
        if (fault is null) return await SendAsync(client, answer);
        if (fault == S3Fault.Lost) return Cut(client);
        if (fault == S3Fault.Slow) return await SendSlowlyAsync(client, answer);
        // The middle of the body; of the head, where there is none.
        var body = BodyAt(answer);
        await SendAsync(client, answer[..(body < answer.Length ? body + ((answer.Length - body) / 2) : body / 2)]);
        if (fault == S3Fault.Stalled) await S3Request.ReadAsync(client.GetStream(), _stop.Token);
        return Cut(client);
    }

    private S3Fault? Next(S3Request request)
    {
        lock (Requests)
        {
            var fault = Faults(Requests.Count, request);
            Requests.Enqueue(request);
            if (fault is not null) Failed++;
            return fault;
        }
    }

    private async Task<byte[]> ForwardAsync(S3Request request)
    {
        if (request.Method == "POST" && request.Upload is { } upload)
        {
            if (_uploads.TryGetValue(upload, out var isEnded)) return Error(request, isEnded ? 404 : 400, isEnded ? "NoSuchUpload" : "InvalidPart");
            _uploads[upload] = true;
        }
        if (request.Key.Length == 0 || request.IsPart) return await ExchangeAsync(request);
        var turn = _objects.GetOrAdd(request.Key, _ => new SemaphoreSlim(1));
        await turn.WaitAsync(_stop.Token);
        try
        {
            return request.IsConditional && File.Exists(_server.FileOf(request.Bucket, request.Key)) ? Error(request, 412, "PreconditionFailed") : await ExchangeAsync(request);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<byte[]> ExchangeAsync(S3Request request)
    {
        using var server = new TcpClient { NoDelay = true };
        await server.ConnectAsync(IPAddress.Loopback, _server.Port, _stop.Token);
        await server.GetStream().WriteAsync(request.Forwarded(), _stop.Token);
        using var answer = new MemoryStream();
        await server.GetStream().CopyToAsync(answer, _stop.Token);
        var bytes = answer.ToArray();
        if (request is { Method: "PUT", IsPart: false } && bytes.AsSpan().StartsWith("HTTP/1.1 200"u8)) await WholeAsync(request);
        // The client's connection goes on, the server's does not.
        return [.. Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(bytes, 0, BodyAt(bytes)).Replace("Connection: close\r\n", "", StringComparison.OrdinalIgnoreCase)), .. bytes[BodyAt(bytes)..]];
    }

    // The server answers a put before all of it is on its disk.
    private async Task WholeAsync(S3Request request)
    {
        var file = new FileInfo(_server.FileOf(request.Bucket, request.Key));
        while (file.Exists && file.Length != request.Body.Length)
        {
            await Task.Delay(1, _stop.Token);
            file.Refresh();
        }
    }

    private async Task<bool> SendAsync(TcpClient client, byte[] answer)
    {
        await client.GetStream().WriteAsync(answer, _stop.Token);
        return true;
    }

    private async Task<bool> SendSlowlyAsync(TcpClient client, byte[] answer)
    {
        foreach (var piece in answer.Chunk((answer.Length / SlowPieces) + 1))
        {
            await SendAsync(client, piece);
            await Task.Delay(1, _stop.Token);
        }
        return true;
    }

    // With a reset: an end in peace would be the end of an answer without a length.
    private static bool Cut(TcpClient client)
    {
        client.LingerState = new LingerOption(true, 0);
        return false;
    }

    private static byte[] Error(S3Request request, int status, string code)
    {
        var body = request.Method == "HEAD" ? "" : $"<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{code}</Code><Message>as the test says</Message><RequestId>1</RequestId></Error>";
        return [.. Head(status, body.Length, "Content-Type: application/xml"), .. Encoding.UTF8.GetBytes(body)];
    }

    private static byte[] Head(int status, int length, string header) =>
        Encoding.Latin1.GetBytes(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} x\r\nContent-Length: {length}\r\n{header}\r\n\r\n"));

    private static int BodyAt(byte[] answer) => answer.AsSpan().IndexOf("\r\n\r\n"u8) + 4;
}
