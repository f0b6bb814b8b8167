// Hot path: the headers of one request.
using System.Buffers;
using System.Text;
using Appliance.Http2.Calls;
using Appliance.Http2.Hpack;
using Microsoft.AspNetCore.Http;

namespace Appliance.Http2;

/// <summary>
/// Takes the fields of a header block, checks them by RFC 9113, 8.2 and 8.3, and keeps what the kind of call needs: of a unary call
/// the few values that its service may ask for, of any other all of them. Reused; the connection's reader alone uses it.
/// </summary>
/// <param name="keepsCredentials">Whether a unary call's callers are asked for; otherwise what they say of themselves is passed over.</param>
internal sealed class RequestHead(UnaryService? unary, int maxBytes, bool keepsCredentials = false) : IHeaderSink
{
    private const int MaxShort = 64;

    /// <summary>Fields of a request at most. 100, as Kestrel allows: the same one a thousand times is a byte each to send.</summary>
    private const int MaxFields = 100;

    // RFC 9113, 8.2.1: no capitals, no control characters, blanks or colons, nothing beyond ASCII.
    private static readonly SearchValues<byte> InNames = SearchValues.Create("!\"#$%&'()*+,-./0123456789;<=>?@[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"u8);
    private static readonly SearchValues<byte> NotInValues = SearchValues.Create("\0\r\n"u8);

    private readonly byte[] _timeout = new byte[MaxShort];
    private readonly byte[] _authority = new byte[256];
    private int _timeoutLength, _authorityLength;

    // Made when a unary call first has such a field, which most never do. A credential that does not fit is cut: it is then too long for any key, and is
    // found to be none.
    private HeldValue? _callerKey, _modelVersion, _authorization, _apiKey, _acceptEncoding, _traceParent, _traceState;
    private string? _longAuthority;
    private Seen _seen;
    private bool _isTrailers, _fieldsBegan, _isPost, _isGrpcType;
    private int _bytes, _fields;

    [Flags]
    private enum Seen : byte
    {
        None = 0,
        Method = 1,
        Scheme = 2,
        Authority = 4,
        Path = 8,
    }

    /// <summary>Why the request cannot be served; null when it can.</summary>
    public string? Malformed { get; private set; }

    public bool IsTooLarge => _bytes > maxBytes || _fields > MaxFields;

    /// <summary>The unary service that the call is for; null for any other request.</summary>
    public UnaryService? Unary { get; private set; }

    public bool IsUnary => Unary is not null;

    /// <summary>Whether a unary call says more than what is called: anything that the call itself keeps.</summary>
    public bool SaysMore { get; private set; }

    public bool IsGrpc => _isPost && _isGrpcType;
    public ReadOnlySpan<byte> GrpcTimeout => _timeout.AsSpan(0, _timeoutLength);
    public string? GrpcEncoding { get; private set; }

    /// <summary>Value of grpc-accept-encoding of a unary call, cut off behind <see cref="HeldValue.MaxBytes"/>; empty without one.</summary>
    public ReadOnlySpan<byte> GrpcAcceptEncoding => _acceptEncoding is null ? default : _acceptEncoding.Value;

    /// <summary>Value of authorization, of a unary call whose callers are asked for; empty without one.</summary>
    public ReadOnlySpan<byte> Authorization => _authorization is null ? default : _authorization.Value;

    /// <summary>The same of x-api-key.</summary>
    public ReadOnlySpan<byte> ApiKey => _apiKey is null ? default : _apiKey.Value;

    /// <summary>Value of traceparent, of a unary call whose service reads it; empty without one.</summary>
    public ReadOnlySpan<byte> TraceParent => _traceParent is null ? default : _traceParent.Value;

    /// <summary>The same of tracestate.</summary>
    public ReadOnlySpan<byte> TraceState => _traceState is null ? default : _traceState.Value;

    /// <summary>Value of x-caller-key of a unary call, cut off behind <see cref="HeldValue.MaxBytes"/>; empty without one.</summary>
    public ReadOnlySpan<byte> CallerKey => _callerKey is null ? default : _callerKey.Value;

    /// <summary>Value of x-model-version, likewise.</summary>
    public ReadOnlySpan<byte> ModelVersion => _modelVersion is null ? default : _modelVersion.Value;

    /// <summary>Bytes that the body is to have; -1 when nothing is said.</summary>
    public long ContentLength { get; private set; }

    public string Method { get; private set; } = "";
    public string Scheme { get; private set; } = "";
    public string Path { get; private set; } = "";
    public string Authority => _longAuthority ?? Encoding.Latin1.GetString(_authority, 0, _authorityLength);

    /// <summary>The fields of a request that is not unary.</summary>
    public HeaderDictionary Headers { get; private set; } = null!;

    /// <summary>Forgets the last block.</summary>
    public void Begin(bool isTrailers)
    {
        _isTrailers = isTrailers;
        _fieldsBegan = isTrailers;
        _seen = Seen.None;
        Malformed = null;
        _bytes = _fields = _timeoutLength = _authorityLength = 0;
        _isPost = _isGrpcType = false;
        Unary = null;
        GrpcEncoding = _longAuthority = null;
        ContentLength = -1;
        Headers = null!;
        _acceptEncoding?.Clear();
        _traceParent?.Clear();
        _traceState?.Clear();
        _callerKey?.Clear();
        _modelVersion?.Clear();
        _authorization?.Clear();
        _apiKey?.Clear();
    }

    /// <summary>The block is complete: checks what must be there.</summary>
    public void End()
    {
        if (_isTrailers || Malformed is not null) return;
        const Seen needed = Seen.Method | Seen.Scheme | Seen.Path;
        if ((_seen & needed) != needed) Malformed = "a pseudo-header field is missing";
        else if (!IsUnary) Headers ??= [];
        SaysMore = _timeoutLength > 0 || GrpcEncoding is not null || !TraceParent.IsEmpty || !CallerKey.IsEmpty || !ModelVersion.IsEmpty;
    }

    public void Field(KnownHeader known, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        _bytes += name.Length + value.Length + 32;
        _fields++;
        if (Malformed is not null || IsTooLarge) return;
        if (known == KnownHeader.Other) Other(name, value);
        else if (known <= KnownHeader.Status) Pseudo(known, value);
        else Known(known, name, value);
    }

    private void Pseudo(KnownHeader known, ReadOnlySpan<byte> value)
    {
        var seen = known switch
        {
            KnownHeader.Method => Seen.Method,
            KnownHeader.Scheme => Seen.Scheme,
            KnownHeader.Authority => Seen.Authority,
            KnownHeader.Path => Seen.Path,
            _ => Seen.None,
        };
        if (seen == Seen.None || _fieldsBegan || (_seen & seen) != 0 || value.ContainsAny(NotInValues))
        {
            Malformed = "a pseudo-header field is misplaced, repeated or unknown";
            return;
        }
        _seen |= seen;
        switch (known)
        {
            case KnownHeader.Method:
                _isPost = value.SequenceEqual("POST"u8);
                if (value.IsEmpty) Malformed = "the method is empty";
                Method = _isPost ? HttpMethods.Post : Encoding.Latin1.GetString(value);
                break;
            case KnownHeader.Scheme:
                Scheme = value.SequenceEqual("http"u8) ? "http" : value.SequenceEqual("https"u8) ? "https" : Encoding.Latin1.GetString(value);
                break;
            case KnownHeader.Authority:
                if (value.Length <= _authority.Length) value.CopyTo(_authority);
                else _longAuthority = Encoding.Latin1.GetString(value);
                _authorityLength = Math.Min(value.Length, _authority.Length);
                break;
            default:
                Unary = unary?.Find(value);
                if (!IsUnary) Path = Encoding.Latin1.GetString(value);
                if (value.IsEmpty || (value[0] != '/' && !value.SequenceEqual("*"u8))) Malformed = "the path does not begin with a slash";
                break;
        }
    }

    private void Known(KnownHeader known, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        _fieldsBegan = true;
        switch (known)
        {
            case KnownHeader.ContentType:
                _isGrpcType = Ascii.EqualsIgnoreCase(value[..Math.Min(value.Length, 16)], "application/grpc"u8);
                break;
            case KnownHeader.ContentLength:
                SetLength(value);
                break;
            case KnownHeader.Te:
                if (!value.SequenceEqual("trailers"u8)) Malformed = "te is something else than trailers";
                break;
            case KnownHeader.GrpcTimeout:
                _timeoutLength = value.Length <= MaxShort ? value.Length : 0;
                value[.._timeoutLength].CopyTo(_timeout);
                break;
            case KnownHeader.GrpcEncoding:
                GrpcEncoding = value.SequenceEqual("gzip"u8) ? "gzip" : value.SequenceEqual("deflate"u8) ? "deflate" : value.SequenceEqual("identity"u8) ? "identity" : Encoding.Latin1.GetString(value);
                break;
            case KnownHeader.GrpcAcceptEncoding when IsUnary:
                (_acceptEncoding ??= new()).Set(value);
                break;
            case KnownHeader.Authorization when IsUnary && keepsCredentials:
                (_authorization ??= new()).Set(value);
                break;
            case KnownHeader.ApiKey when IsUnary && keepsCredentials:
                (_apiKey ??= new()).Set(value);
                break;
            case KnownHeader.TraceParent when Unary is { ReadsTraces: true }:
                (_traceParent ??= new()).Set(value);
                break;
            case KnownHeader.TraceState when Unary is { ReadsTraces: true }:
                (_traceState ??= new(UnaryHead.MaxTraceState + 1)).Set(value);
                break;
            case KnownHeader.CallerKey when IsUnary:
                (_callerKey ??= new()).Set(value);
                break;
            case KnownHeader.ModelVersion when IsUnary:
                (_modelVersion ??= new()).Set(value);
                break;
        }
        Keep(name, value);
    }

    private void Other(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (name.IsEmpty || name[0] == ':')
        {
            Malformed = "a pseudo-header field is unknown";
            return;
        }
        _fieldsBegan = true;
        if (name.ContainsAnyExcept(InNames) || IsOfConnection(name)) Malformed = "a field's name is not one that HTTP/2 allows";
        else Keep(name, value);
    }

    private void Keep(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (!IsValue(value))
        {
            Malformed = "a field's value has a character that HTTP does not allow";
            return;
        }
        if (IsUnary || _isTrailers) return;
        Headers ??= [];
        var key = Encoding.Latin1.GetString(name);
        var text = Encoding.Latin1.GetString(value);
        // Cookies are split up by HTTP/2 and put together again: RFC 9113, 8.2.3.
        if (key == "cookie" && Headers.TryGetValue(key, out var cookies)) Headers[key] = $"{cookies}; {text}";
        else Headers.Append(key, text);
    }

    private void SetLength(ReadOnlySpan<byte> value)
    {
        if (System.Buffers.Text.Utf8Parser.TryParse(value, out long length, out var used) && used == value.Length && length >= 0 && value[0] is >= (byte)'0' and <= (byte)'9'
            && (ContentLength < 0 || ContentLength == length))
        {
            ContentLength = length;
        }
        else
        {
            Malformed = "content-length is not a number of bytes";
        }
    }

    private static bool IsValue(ReadOnlySpan<byte> value) =>
        value.IsEmpty || (!IsBlank(value[0]) && !IsBlank(value[^1]) && !value.ContainsAny(NotInValues));

    private static bool IsBlank(byte character) => character is (byte)' ' or (byte)'\t';

    private static bool IsOfConnection(ReadOnlySpan<byte> name) => name.Length switch
    {
        7 => name.SequenceEqual("upgrade"u8),
        10 => name.SequenceEqual("connection"u8) || name.SequenceEqual("keep-alive"u8),
        16 => name.SequenceEqual("proxy-connection"u8),
        17 => name.SequenceEqual("transfer-encoding"u8),
        _ => false,
    };
}
