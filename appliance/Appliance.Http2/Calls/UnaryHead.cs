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

    /// <summary>Value of grpc-timeout; empty without one, and for one that is too long to be valid.</summary>
    public ReadOnlySpan<byte> GrpcTimeout => _timeout.AsSpan(0, _timeoutLength);

    /// <summary>Value of grpc-encoding; null without one.</summary>
    public string? GrpcEncoding { get; private set; }

    /// <summary>Value of grpc-accept-encoding; empty without one, and where <see cref="GrpcEncoding"/> is null.</summary>
    public ReadOnlySpan<byte> GrpcAcceptEncoding => _acceptEncoding is null ? default : _acceptEncoding.Value;

    /// <summary>Value of traceparent; empty without one, and where the service does not read it.</summary>
    public ReadOnlySpan<byte> TraceParent => _traceParent is null ? default : _traceParent.Value;

    /// <summary>The same of tracestate.</summary>
    public ReadOnlySpan<byte> TraceState => _traceState is null ? default : _traceState.Value;

    /// <summary>Value of x-caller-key; empty without one.</summary>
    public ReadOnlySpan<byte> CallerKey => _callerKey is null ? default : _callerKey.Value;

    /// <summary>Value of x-model-version; empty without one.</summary>
    public ReadOnlySpan<byte> ModelVersion => _modelVersion is null ? default : _modelVersion.Value;

    /// <summary>Keeps what the last block of the connection says.</summary>
    public void Take(RequestHead head)
    {
        GrpcEncoding = head.GrpcEncoding;
        _timeoutLength = head.GrpcTimeout.Length > MaxTimeoutLength ? 0 : head.GrpcTimeout.Length;
        head.GrpcTimeout[.._timeoutLength].CopyTo(_timeout);
        // Only who packs is asked what he unpacks: the field comes with every call of most clients.
        Take(ref _acceptEncoding, GrpcEncoding is null ? default : head.GrpcAcceptEncoding);
        Take(ref _traceParent, head.TraceParent);
        Take(ref _traceState, head.TraceParent.IsEmpty ? default : head.TraceState, MaxTraceState + 1);
        Take(ref _callerKey, head.CallerKey);
        Take(ref _modelVersion, head.ModelVersion);
    }

    private static void Take(ref HeldValue? held, ReadOnlySpan<byte> value, int room = HeldValue.MaxBytes)
    {
        if (held is null && value.IsEmpty) return;
        held ??= new(room);
        held.Set(value);
    }
}
