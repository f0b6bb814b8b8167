namespace Appliance.Http2.Calls;

/// <summary>What a unary call keeps of its request's headers.</summary>
internal sealed class UnaryHead
{
    // The protocol's longest: eight digits and a unit.
    private const int MaxTimeoutLength = 9;

    private readonly byte[] _timeout = new byte[MaxTimeoutLength];
    private int _timeoutLength;

    // Made when a call first has such a field, which most never do.
    private HeldValue? _callerKey, _modelVersion;

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
        _callerKey?.Clear();
        _modelVersion?.Clear();
    }
}
