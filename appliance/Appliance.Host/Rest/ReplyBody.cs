// Hot path: REST answers leave through here.
using Appliance.Host.Codings;

namespace Appliance.Host.Rest;

/// <summary>Sends a whole answer with its length: packed, where its caller takes that and it is long enough to be worth it.</summary>
internal static class ReplyBody
{
    /// <summary>How an answer of so many bytes is to be packed.</summary>
    public static ContentCoding CodingFor(HttpRequest request, long bytes) =>
        bytes < Packing.LeastBytes ? ContentCoding.Identity : ContentCodings.Choose(request.Headers.AcceptEncoding);

    /// <summary>Sends the body. Status, content type and other headers are set already.</summary>
    public static Task SendAsync(HttpContext context, ReadOnlyMemory<byte> body)
    {
        var coding = CodingFor(context.Request, body.Length);
        if (coding != ContentCoding.Identity) return SendPackedAsync(context.Response, body, coding);
        context.Response.ContentLength = body.Length;
        var sent = context.Response.BodyWriter.WriteAsync(body);
        return sent.IsCompletedSuccessfully ? Task.CompletedTask : sent.AsTask();
    }

    /// <summary>Packs the body and sends it.</summary>
    public static async Task SendPackedAsync(HttpResponse response, ReadOnlyMemory<byte> body, ContentCoding coding)
    {
        using var packed = new PooledBuffer();
        Packing.Pack(body.Span, coding, packed);
        response.Headers.ContentEncoding = ContentCodings.Name(coding);
        response.Headers.Append("Vary", "Accept-Encoding");
        response.ContentLength = packed.Length;
        await response.BodyWriter.WriteAsync(packed.Written);
    }
}
