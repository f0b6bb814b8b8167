using System.IO.Pipelines;
using Appliance.Http2.Frames;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Appliance.Http2.Requests;

/// <summary>The request as ASP.NET's applications see it.</summary>
internal sealed partial class RequestStream :
    IHttpRequestFeature, IHttpResponseFeature, IHttpResponseBodyFeature, IHttpResponseTrailersFeature, IRequestBodyPipeFeature,
    IHttpRequestLifetimeFeature, IHttpResetFeature, IHttpRequestBodyDetectionFeature, IHttpRequestIdentifierFeature,
    IHttpMinRequestBodyDataRateFeature
{
    private readonly HeaderDictionary _headers = [];
    private readonly Lock _abortGate = new();
    private IHeaderDictionary _trailers = new HeaderDictionary();
    private IFeatureCollection _features = null!;
    private Stream? _requestStream, _responseStream;

    // Guarded by _abortGate.
    private CancellationTokenSource? _aborted;
    private bool _isAborted;
    private CancellationToken? _abortedInstead;

    private static readonly MinDataRate Kept = new(bytesPerSecond: 1, gracePeriod: TimeSpan.FromDays(1));

    /// <summary>
    /// Not null: the body has to get on as <see cref="ConnectionLimits"/> says, whatever the rate's own figures. Null for callers who send as they
    /// please, which a stream of messages is: gRPC's server sets it for those that it serves.
    /// </summary>
    public MinDataRate? MinDataRate { get; set; } = Kept;

    public string Protocol { get; set; } = "HTTP/2";
    public string Scheme { get; set; } = "";
    public string Method { get; set; } = "";
    public string PathBase { get; set; } = "";
    public string Path { get; set; } = "";
    public string QueryString { get; set; } = "";
    public string RawTarget { get; set; } = "";
    public IHeaderDictionary Headers { get; set; } = null!;

    Stream IHttpRequestFeature.Body
    {
        get => _requestStream ??= _requestBody.AsStream();
        set => _requestStream = value;
    }

    PipeReader IRequestBodyPipeFeature.Reader => _requestBody;

    bool IHttpRequestBodyDetectionFeature.CanHaveBody => !RemoteEnded || ReceivedLength > 0;

    string IHttpRequestIdentifierFeature.TraceIdentifier
    {
        get => field ??= $"{_connection.ConnectionId}:{Id:X8}";
        set;
    }

    public int StatusCode { get; set; } = StatusCodes.Status200OK;
    public string? ReasonPhrase { get; set; }
    public bool HasStarted { get; private set; }

    IHeaderDictionary IHttpResponseFeature.Headers
    {
        get => _headers;
        set => throw new NotSupportedException("the headers of a response are added to, not replaced");
    }

    Stream IHttpResponseFeature.Body
    {
        get => ((IHttpResponseBodyFeature)this).Stream;
        set => _responseStream = value;
    }

    IHeaderDictionary IHttpResponseTrailersFeature.Trailers
    {
        get => _trailers;
        set => _trailers = value;
    }

    Stream IHttpResponseBodyFeature.Stream => _responseStream ??= _responseBody.AsStream();

    PipeWriter IHttpResponseBodyFeature.Writer => _responseBody;

    public CancellationToken RequestAborted
    {
        get
        {
            lock (_abortGate)
            {
                if (_abortedInstead is { } token) return token;
                if (_aborted is null && _isAborted) return new CancellationToken(canceled: true);
                return (_aborted ??= new CancellationTokenSource()).Token;
            }
        }
        set
        {
            lock (_abortGate) _abortedInstead = value;
        }
    }

    public void OnStarting(Func<object, Task> callback, object state) => (_starting ??= new()).Push((callback, state));

    public void OnCompleted(Func<object, Task> callback, object state) => (_completed ??= new()).Push((callback, state));

    async Task IHttpResponseBodyFeature.StartAsync(CancellationToken cancellationToken)
    {
        if (!HasStarted) await SendBodyAsync(cancellationToken);
    }

    Task IHttpResponseBodyFeature.CompleteAsync() => EndResponseAsync();

    void IHttpResponseBodyFeature.DisableBuffering()
    {
    }

    Task IHttpResponseBodyFeature.SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken) =>
        SendFileFallback.SendFileAsync(((IHttpResponseBodyFeature)this).Stream, path, offset, count, cancellationToken);

    void IHttpRequestLifetimeFeature.Abort() => Break(Http2ErrorCode.InternalError);

    void IHttpResetFeature.Reset(int errorCode) => Break((Http2ErrorCode)errorCode);

    private void Break(Http2ErrorCode code)
    {
        Connection.Reset(this, code);
        Connection.Flush();
    }

    private void CancelAborted()
    {
        CancellationTokenSource? aborted;
        lock (_abortGate)
        {
            _isAborted = true;
            aborted = _aborted;
        }
        try
        {
            aborted?.Cancel();
        }
        catch (AggregateException e)
        {
            Log.CallbackFailed(_logger, e, Path);
        }
    }

    private void TakeHead(RequestHead head)
    {
        Scheme = head.Scheme;
        Method = head.Method;
        RawTarget = head.Path;
        var query = head.Path.IndexOf('?');
        // The target of "OPTIONS *" is no path.
        Path = head.Path == "*" ? "" : Uri.UnescapeDataString(query < 0 ? head.Path : head.Path[..query]);
        QueryString = query < 0 ? "" : head.Path[query..];
        Headers = head.Headers;
        if (head.Authority is { Length: > 0 } authority) Headers.Host = authority;
        var features = new FeatureCollection(_connection.Features);
        features.Set<IHttpRequestFeature>(this);
        features.Set<IHttpResponseFeature>(this);
        features.Set<IHttpResponseBodyFeature>(this);
        features.Set<IHttpResponseTrailersFeature>(this);
        features.Set<IRequestBodyPipeFeature>(this);
        features.Set<IHttpRequestLifetimeFeature>(this);
        features.Set<IHttpResetFeature>(this);
        features.Set<IHttpRequestBodyDetectionFeature>(this);
        features.Set<IHttpRequestIdentifierFeature>(this);
        features.Set<IHttpMinRequestBodyDataRateFeature>(this);
        features.Set<IHttpConnectionFeature>(_connection);
        _features = features;
    }
}
