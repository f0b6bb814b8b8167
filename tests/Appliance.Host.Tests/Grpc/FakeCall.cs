using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Appliance.Host.Grpc;
using Contracts.Inference;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Appliance.Host.Tests.Grpc;

/// <summary>A gRPC call as a server hands it over, without a server: its request body and its answer are pipes that the test holds the other ends of.</summary>
internal sealed class FakeCall : IRequestBodyPipeFeature, IHttpResponseBodyFeature, IHttpResponseTrailersFeature, IHttpRequestLifetimeFeature, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Pipe _request = new();
    private readonly Pipe _response = new(new PipeOptions(pauseWriterThreshold: 0));
    private readonly CancellationTokenSource _aborted = new();

    public FakeCall(string path)
    {
        Body = _request.Reader;
        Answer = _response.Writer;
        var request = new HttpRequestFeature { Method = "POST", Path = path, Protocol = "HTTP/2" };
        request.Headers.ContentType = "application/grpc";
        Request = request;
        Features.Set<IHttpRequestFeature>(request);
        Features.Set<IHttpResponseFeature>(Response);
        Features.Set<IRequestBodyPipeFeature>(this);
        Features.Set<IHttpResponseBodyFeature>(this);
        Features.Set<IHttpResponseTrailersFeature>(this);
        Features.Set<IHttpRequestLifetimeFeature>(this);
    }

    public FeatureCollection Features { get; } = new();
    public HttpRequestFeature Request { get; }
    public HttpResponseFeature Response { get; } = new();

    /// <summary>What the handler reads from; the request's own pipe unless a test puts another in its place.</summary>
    public PipeReader Body { get; set; }

    /// <summary>What the handler writes to; the same.</summary>
    public PipeWriter Answer { get; set; }

    /// <summary>The caller's end of the request body.</summary>
    public PipeWriter Sending => _request.Writer;

    public IHeaderDictionary Trailers { get; set; } = new HeaderDictionary();

    /// <summary>The status that the call ended with, from wherever it stands.</summary>
    public string? Status => (string?)Trailers.GrpcStatus ?? (string?)Response.Headers.GrpcStatus;

    public string? Message => (string?)Trailers.GrpcMessage ?? (string?)Response.Headers.GrpcMessage;

    public CancellationToken RequestAborted { get => _aborted.Token; set => throw new NotSupportedException(); }

    PipeReader IRequestBodyPipeFeature.Reader => Body;
    PipeWriter IHttpResponseBodyFeature.Writer => Answer;
    Stream IHttpResponseBodyFeature.Stream => Answer.AsStream();

    /// <summary>A message with its prefix.</summary>
    public static byte[] Framed(IMessage message) => Framed(message.ToByteArray());

    public static byte[] Framed(byte[] message, byte flag = 0)
    {
        byte[] framed = [flag, 0, 0, 0, 0, .. message];
        BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), message.Length);
        return framed;
    }

    /// <summary>A request for one row of the model "m", which answers it back.</summary>
    public static ModelInferRequest Row(float value, string id = "") => new()
    {
        ModelName = "m",
        Id = id,
        Inputs = { new ModelInferRequest.Types.InferInputTensor { Name = "x", Datatype = "FP32", Shape = { 1, 1 } } },
        RawInputContents = { ByteString.CopyFrom(BitConverter.GetBytes(value)) },
    };

    public async Task SendAsync(params ReadOnlyMemory<byte>[] pieces)
    {
        foreach (var piece in pieces) await Sending.WriteAsync(piece, TestContext.Current.CancellationToken);
    }

    /// <summary>The messages written by the end of the call, sent or not.</summary>
    public async Task<IReadOnlyList<byte[]>> WrittenAsync()
    {
        await _response.Writer.FlushAsync(TestContext.Current.CancellationToken);
        return _response.Reader.TryRead(out var result) ? Messages(result) : [];
    }

    /// <summary>The messages that the handler sends next.</summary>
    public async Task<IReadOnlyList<byte[]>> SentAsync() =>
        Messages(await _response.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken));

    /// <summary>Waits for the handler's end with a limit that only a broken one meets.</summary>
    public static Task Ends(Task handling) => handling.WaitAsync(Patience, TestContext.Current.CancellationToken);

    /// <summary>The caller goes away: the body ends with an error and the server says so.</summary>
    public async Task BreakOffAsync()
    {
        await Sending.CompleteAsync(new IOException("the connection was reset"));
        await _aborted.CancelAsync();
    }

    void IHttpRequestLifetimeFeature.Abort() => _aborted.Cancel();

    public void Dispose() => _aborted.Dispose();

    Task IHttpResponseBodyFeature.StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHttpResponseBodyFeature.CompleteAsync() => Task.CompletedTask;

    Task IHttpResponseBodyFeature.SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken) => throw new NotSupportedException();

    void IHttpResponseBodyFeature.DisableBuffering()
    {
    }

    private List<byte[]> Messages(ReadResult result)
    {
        var messages = new List<byte[]>();
        var bytes = result.Buffer.ToArray();
        for (var at = 0; at < bytes.Length;)
        {
            Assert.Equal(0, bytes[at]);
            var length = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at + 1));
            messages.Add(bytes[(at + 5)..(at + 5 + length)]);
            at += 5 + length;
        }
        _response.Reader.AdvanceTo(result.Buffer.End);
        return messages;
    }
}
