// Hot path: one per REST request, pooled.
using System.Buffers;
using Appliance.Host.Codings;
using Appliance.Inference;
using Appliance.Inference.Tensors;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.ObjectPool;

namespace Appliance.Host.Rest;

/// <summary>
/// A request's whole body in one block of pooled memory. Never holds more than the limit, and grows with what has arrived rather than with
/// what was announced. Pooled: what points into it is valid until <see cref="Return"/>.
/// </summary>
internal sealed class RequestBody
{
    private static readonly DefaultObjectPool<RequestBody> Pool = new(new Policy(), maximumRetained: 1024);

    /// <summary>Memory kept between requests. 64 KiB: sixteen thousand floats in binary form, above any tabular request.</summary>
    private const int KeptBytes = 64 * 1024;

    /// <summary>Memory taken before anything has arrived, at most: a caller that announces more has to send it first.</summary>
    private const int FirstBytes = 1024 * 1024;

    private byte[] _bytes = [];

    private RequestBody()
    {
    }

    public int Length { get; private set; }

    public Memory<byte> Bytes => _bytes.AsMemory(0, Length);

    /// <summary>Why <see cref="ReadAsync"/> gave another outcome than Ok.</summary>
    public string Error { get; private set; } = "";

    public static RequestBody Rent() => Pool.Get();

    public static void Return(RequestBody body) => Pool.Return(body);

    /// <summary>Reads the body to its end, or refuses it as soon as it exceeds the limit.</summary>
    public async ValueTask<ScoreStatus> ReadAsync(HttpContext context, BodyLimit limit)
    {
        var coding = ContentCoding.Identity;
        if (context.Request.Headers.ContentEncoding is { Count: > 0 } named && !ContentCodings.TryParse(named.ToString(), out coding)) return RefuseCoding(context, named.ToString());
        var announced = context.Request.ContentLength;
        if (announced > limit.Bytes) return TooLarge(context, limit);
        SetServerLimit(context, limit.Bytes);
        if (announced > 0) Ensure((int)Math.Min(announced.Value, FirstBytes), limit.Bytes);
        var reader = context.Request.BodyReader;
        try
        {
            while (true)
            {
                var read = await reader.ReadAsync();
                var fits = read.Buffer.Length <= limit.Bytes - Length;
                if (fits) Append(read.Buffer, limit.Bytes);
                reader.AdvanceTo(read.Buffer.End);
                if (!fits) return TooLarge(context, limit);
                if (read.IsCompleted) return coding == ContentCoding.Identity ? ScoreStatus.Ok : await UnpackAsync(coding, limit);
            }
        }
        catch (BadHttpRequestException e)
        {
            return e.StatusCode == StatusCodes.Status413PayloadTooLarge ? TooLarge(context, limit) : Refuse(ScoreStatus.InvalidArgument, e.Message);
        }
        catch (Exception e) when (e is ConnectionResetException or OperationCanceledException)
        {
            return Refuse(ScoreStatus.Cancelled, "the connection ended before the whole body had arrived");
        }
        catch (IOException e)
        {
            // The caller is still there: the server could make no sense of what it sent, of the size of a chunk for instance.
            return Refuse(ScoreStatus.InvalidArgument, e.Message);
        }
    }

    // A small body may unpack to a large one: not all of them do so at once.
    private async ValueTask<ScoreStatus> UnpackAsync(ContentCoding coding, BodyLimit limit)
    {
        await Packing.Room.WaitAsync();
        try
        {
            var status = Packing.Unpack(new ArraySegment<byte>(_bytes, 0, Length), coding, limit.Bytes, "request body", out var unpacked, out var length, out var error);
            if (status != ScoreStatus.Ok) return Refuse(status, status == ScoreStatus.TooLarge ? TooLargeFor(limit) : error!);
            if (_bytes.Length > 0) RequestMemory.Instance.Return(_bytes);
            (_bytes, Length) = (unpacked!, length);
            return ScoreStatus.Ok;
        }
        finally
        {
            Packing.Room.Release();
        }
    }

    private ScoreStatus RefuseCoding(HttpContext context, string coding)
    {
        context.Response.Headers.AcceptEncoding = ContentCodings.TakenByHttp;
        return Refuse(ScoreStatus.UnknownCoding, $"content encoding '{coding}' is not supported; {ContentCodings.TakenByHttp} and identity are");
    }

    private void Append(in ReadOnlySequence<byte> bytes, int limit)
    {
        Ensure(Length + (int)bytes.Length, limit);
        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += (int)bytes.Length;
    }

    // Doubles, but never past the limit: a body just over half of it must not take twice its memory.
    private void Ensure(int needed, int limit)
    {
        if (_bytes.Length >= needed) return;
        var larger = RequestMemory.Instance.Rent((int)Math.Max(needed, Math.Min(limit, Math.Max(4096, _bytes.Length * 2L))));
        _bytes.AsSpan(0, Length).CopyTo(larger);
        if (_bytes.Length > 0) RequestMemory.Instance.Return(_bytes);
        _bytes = larger;
    }

    // The server's own count includes the framing of chunks, so it stands at twice the limit: it only stops what is sent after a refusal.
    private static void SetServerLimit(HttpContext context, int limit)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature) feature.MaxRequestBodySize = limit * 2L;
    }

    private ScoreStatus TooLarge(HttpContext context, BodyLimit limit)
    {
        // The rest of the body is not read, so the connection cannot carry another request.
        if (!HttpProtocol.IsHttp2(context.Request.Protocol) && !context.Response.HasStarted) context.Response.Headers.Connection = "close";
        return Refuse(ScoreStatus.TooLarge, TooLargeFor(limit));
    }

    private static string TooLargeFor(BodyLimit limit) => $"the request body is larger than the {limit.Bytes} bytes that {limit.Setting} allows";

    private ScoreStatus Refuse(ScoreStatus status, string error)
    {
        Error = error;
        return status;
    }

    private sealed class Policy : PooledObjectPolicy<RequestBody>
    {
        public override RequestBody Create() => new();

        public override bool Return(RequestBody body)
        {
            body.Length = 0;
            body.Error = "";
            if (body._bytes.Length <= KeptBytes) return true;
            RequestMemory.Instance.Return(body._bytes);
            body._bytes = [];
            return true;
        }
    }
}
