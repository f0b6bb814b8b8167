// Hot path: one per answer.
using System.Buffers;
using System.Text.Json;
using Appliance.Scoring.Features;
using Microsoft.Extensions.ObjectPool;

namespace Appliance.Host.Rest.Business;

/// <summary>Builds one answer in the business envelope and sends it with its length. Pooled; not thread-safe.</summary>
internal sealed class EnvelopeWriter : IResettable
{
    /// <summary>Answer memory kept between requests; more is given back. 64 KiB: a batch of 256 rows with timings.</summary>
    private const int KeptBytes = 64 * 1024;

    private static readonly JsonEncodedText Code = JsonNames.Encode("code");
    private static readonly JsonEncodedText Message = JsonNames.Encode("message");
    private static readonly JsonEncodedText FieldName = JsonNames.Encode("field");
    private static readonly JsonEncodedText DataName = JsonNames.Encode("data");
    private static readonly JsonEncodedText RequestIdName = JsonNames.Encode("requestId");

    private ArrayBufferWriter<byte> _buffer = new(1024);

    public EnvelopeWriter() => Json = new Utf8JsonWriter(_buffer, new JsonWriterOptions { Encoder = JsonNames.Encoder, SkipValidation = true });

    public Utf8JsonWriter Json { get; }

    /// <summary>The whole answer to a call that failed.</summary>
    public void WriteError(int code, string message, string? field, string requestId)
    {
        Json.WriteStartObject();
        Json.WriteNumber(Code, code);
        Json.WriteString(Message, message);
        if (field is not null) Json.WriteString(FieldName, field);
        End(requestId);
    }

    /// <summary>The start of an answer; its data follow.</summary>
    public void BeginData()
    {
        Json.WriteStartObject();
        Json.WriteNumber(Code, StatusCodes.Status200OK);
        Json.WritePropertyName(DataName);
    }

    /// <summary>The last member that every answer has, and its end.</summary>
    public void End(string requestId)
    {
        WriteRequestId(requestId);
        Json.WriteEndObject();
    }

    public void WriteRequestId(string requestId) => Json.WriteString(RequestIdName, requestId);

    /// <summary>Sends what was written. A caller that has hung up is not noticed here.</summary>
    public Task SendAsync(HttpResponse response, int status, string requestId)
    {
        Json.Flush();
        response.StatusCode = status;
        response.ContentType = "application/json";
        if (RequestIdHeader.Fits(requestId)) response.Headers[RequestIdHeader.Name] = requestId;
        return ReplyBody.SendAsync(response.HttpContext, _buffer.WrittenMemory);
    }

    /// <summary>Forgets the answer; large memory is given back.</summary>
    public bool TryReset()
    {
        if (_buffer.Capacity > KeptBytes) _buffer = new ArrayBufferWriter<byte>(1024);
        else _buffer.ResetWrittenCount();
        Json.Reset(_buffer);
        return true;
    }
}
