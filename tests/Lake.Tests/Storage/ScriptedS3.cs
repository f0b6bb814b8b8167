using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Lake.Storage;

namespace Lake.Tests.Storage;

/// <summary>A server that answers requests as a script says, whatever they ask, and remembers them.</summary>
internal sealed class ScriptedS3 : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string?> _answers = new();
    private readonly Task _loop;

    public ScriptedS3()
    {
        _listener.Start();
        _loop = Task.Run(AcceptAsync);
    }

    /// <summary>First lines of the requests so far, with <c>*</c> behind those that ask for a new object.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public S3Options Options(string staging) => new()
    {
        ServiceUrl = $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}",
        ForcePathStyle = true,
        AccessKey = "key",
        SecretKey = "secret",
        StagingFolder = staging,
        RequestTimeout = TimeSpan.FromSeconds(5),
        MinWait = TimeSpan.FromMilliseconds(1),
        MaxWait = TimeSpan.FromMilliseconds(4),
        Retries = 3,
    };

    // The tag is that of an upload in parts: the SDK holds others against the body.
    /// <summary>The next answer: status, body, and how much of the body is sent before the connection is cut.</summary>
    public void Answer(int status, string body = "", int? cutAt = null) => _answers.Enqueue(
        string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} x\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\nETag: \"d41d8cd98f00b204e9800998ecf8427e-1\"\r\n\r\n{body[..(cutAt ?? body.Length)]}"));

    public void AnswerError(int status, string code) => Answer(status, $"<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{code}</Code><Message>as the script says</Message><RequestId>1</RequestId></Error>");

    /// <summary>The next request is never answered.</summary>
    public void Hang() => _answers.Enqueue(null);

    public void Dispose()
    {
        // The loop first: it may be about to accept.
        _stop.Cancel();
        _loop.Wait();
        _listener.Stop();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var open = new List<TcpClient>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                open.Add(client);
                await ReadAsync(client.GetStream());
                if (!_answers.TryDequeue(out var answer)) throw new InvalidOperationException("a request came that the script has no answer for");
                if (answer is null) continue;
                await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(answer), _stop.Token);
                client.Close();
            }
        }
        catch (OperationCanceledException)
        {
        }
        finally
        {
            foreach (var client in open) client.Dispose();
        }
    }

    private async Task ReadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one, _stop.Token);
            head.Append((char)one[0]);
        }
        var lines = head.ToString().Split("\r\n");
        Requests.Enqueue(lines[0].Split(' ')[0] + (lines.Any(l => l.StartsWith("If-None-Match: *", StringComparison.OrdinalIgnoreCase)) ? "*" : ""));
        var length = lines.FirstOrDefault(l => l.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)) is { } line ? int.Parse(line.Split(':')[1], CultureInfo.InvariantCulture) : 0;
        if (lines.Any(l => l.StartsWith("Expect:", StringComparison.OrdinalIgnoreCase))) await stream.WriteAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray(), _stop.Token);
        await stream.ReadExactlyAsync(new byte[length], _stop.Token);
    }
}
