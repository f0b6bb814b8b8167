// Hot path: every REST answer leaves through here.
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.ObjectPool;

namespace Appliance.Host.Rest;

/// <summary>
/// A JSON answer under construction. Pooled. It is encoded whole before the first byte is sent, so that the answer has its length in the
/// header and an answer that turns out impossible to encode can still become an error.
/// </summary>
internal sealed class JsonReply
{
    private static readonly DefaultObjectPool<JsonReply> Pool = new(new Policy(), maximumRetained: 1024);

    // Answers are read by JSON parsers alone, never pasted into HTML: Chinese text stays readable.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private JsonReply() => Json = new Utf8JsonWriter(Buffer, Options);

    public PooledBuffer Buffer { get; } = new();
    public Utf8JsonWriter Json { get; }

    public static JsonReply Rent() => Pool.Get();

    public static void Return(JsonReply reply) => Pool.Return(reply);

    /// <summary>Sends the JSON that <paramref name="write"/> makes of <paramref name="state"/>.</summary>
    public static async Task SendAsync<T>(HttpContext context, int status, T state, Action<Utf8JsonWriter, T> write)
    {
        var reply = Rent();
        try
        {
            write(reply.Json, state);
            reply.Json.Flush();
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/json";
            await ReplyBody.SendAsync(context, reply.Buffer.Written);
        }
        finally
        {
            Return(reply);
        }
    }

    private sealed class Policy : PooledObjectPolicy<JsonReply>
    {
        public override JsonReply Create() => new();

        public override bool Return(JsonReply reply)
        {
            reply.Buffer.Clear();
            reply.Json.Reset();
            return true;
        }
    }
}
