namespace Appliance.Http2.Calls;

/// <summary>What a unary call keeps of its request's headers.</summary>
internal sealed class UnaryHead
{
    /// <summary>Bytes of tracestate that are kept whole; more is cut off behind one byte more, so that what is too long can be told.</summary>
    public const int MaxTraceState = 512;

    // The protocol's longest: eight digits and a unit.
    private const int MaxTimeoutLength = 9;

    private readonly byte[] _timeout = new byte[MaxTimeoutLength];
    private int _timeoutLength;

    // Made when a call first has such a field, which most never do.
    private HeldValue? _callerKey, _modelVersion, _acceptEncoding, _traceParent, _traceState;

    /// <summary>Whether it is a gRPC call at all: POST, with a content type of application/grpc.</summary>
    public bool IsGrpc { get; private set; }

    /// <summary>Value of grpc-timeout; empty without one, and for one that is too long to be valid.</summary>
    public ReadOnlySpan<byte> GrpcTimeout => _timeout.AsSpan(0, _timeoutLength);

    /// <summary>Value of grpc-encoding; null without one.</summary>
    public string? GrpcEncoding { get; private set; }

    /// <summary>Who makes the call, as the connection's <see cref="UnaryCallers"/> said; null where nobody is asked for.</summary>
    public object? Caller { get; set; }

    public void Set(bool isGrpc, ReadOnlySpan<byte> timeout, string? encoding)
    {
        IsGrpc = isGrpc;
        GrpcEncoding = encoding;
        _timeoutLength = timeout.Length > MaxTimeoutLength ? 0 : timeout.Length;
        timeout[.._timeoutLength].CopyTo(_timeout);
    }

    /// <summary>Value of grpc-accept-encoding; empty without one, and where <see cref="GrpcEncoding"/> is null.</summary>
    public ReadOnlySpan<byte> GrpcAcceptEncoding => _acceptEncoding is null ? default : _acceptEncoding.Value;

    public void SetAcceptEncoding(ReadOnlySpan<byte> value)
    {
        if (!value.IsEmpty) (_acceptEncoding ??= new()).Set(value);
    }

    /// <summary>Value of traceparent; empty without one, and where the service does not read it.</summary>
    public ReadOnlySpan<byte> TraceParent => _traceParent is null ? default : _traceParent.Value;

    /// <summary>The same of tracestate.</summary>
    public ReadOnlySpan<byte> TraceState => _traceState is null ? default : _traceState.Value;

    public void SetTrace(ReadOnlySpan<byte> parent, ReadOnlySpan<byte> state)
    {
        (_traceParent ??= new()).Set(parent);
        if (!state.IsEmpty) (_traceState ??= new(MaxTraceState + 1)).Set(state);
    }

    /// <summary>Value of x-caller-key; empty without one.</summary>
    public ReadOnlySpan<byte> CallerKey => _callerKey is null ? default : _callerKey.Value;

    /// <summary>Value of x-model-version; empty without one.</summary>
    public ReadOnlySpan<byte> ModelVersion => _modelVersion is null ? default : _modelVersion.Value;

    /// <summary>Sets what the call says of who is to answer it.</summary>
    public void SetRouting(ReadOnlySpan<byte> callerKey, ReadOnlySpan<byte> modelVersion)
    {
        if (!callerKey.IsEmpty) (_callerKey ??= new()).Set(callerKey);
        if (!modelVersion.IsEmpty) (_modelVersion ??= new()).Set(modelVersion);
    }

    public void Clear()
    {
        Set(false, default, null);
        Caller = null;
        _acceptEncoding?.Clear();
        _traceParent?.Clear();
        _traceState?.Clear();
        _callerKey?.Clear();
        _modelVersion?.Clear();
    }
}
