// Hot path: the answer of an inference, from the entry's results to the connection.
using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Appliance.Host.Codings;
using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Inference.Tensors;

namespace Appliance.Host.Rest.V2;

/// <summary>
/// Sends an answered entry: outputs in JSON, or as raw bytes behind the JSON where the caller asked for that. The length of the JSON stands in
/// a header in front of it, so the JSON is made whole first; raw outputs go from the entry's results straight to the connection.
/// </summary>
internal static class InferAnswer
{
    /// <summary>Raw bytes handed to the connection before it is asked to send them. 64 KiB: about what one send takes.</summary>
    private const int FlushBytes = 64 * 1024;

    public static async Task SendAsync(HttpContext context, BatchEntry entry, bool binaryByDefault)
    {
        var reply = JsonReply.Rent();
        try
        {
            if (!TryWrite(reply.Json, entry, binaryByDefault, out var binaryBytes, out var error))
            {
                await V2Error.SendAsync(context, ScoreStatus.InvalidArgument, error);
                return;
            }
            reply.Json.Flush();
            var response = context.Response;
            response.StatusCode = StatusCodes.Status200OK;
            response.ContentType = "application/json";
            if (AnyBinary(entry, binaryByDefault))
            {
                response.ContentType = "application/octet-stream";
                response.Headers[InferEndpoint.HeaderLength] = reply.Buffer.Length.ToString(CultureInfo.InvariantCulture);
            }
            var bytes = reply.Buffer.Length + binaryBytes;
            var coding = ReplyBody.CodingFor(context.Request, bytes);
            if (coding != ContentCoding.Identity)
            {
                Append(reply.Buffer, entry, binaryByDefault);
                await ReplyBody.SendPackedAsync(response, reply.Buffer.Written, coding);
                return;
            }
            response.ContentLength = bytes;
            response.BodyWriter.Write(reply.Buffer.Written.Span);
            await SendBinaryAsync(response, entry, binaryByDefault);
        }
        finally
        {
            JsonReply.Return(reply);
        }
    }

    private static void Append(PooledBuffer buffer, BatchEntry entry, bool binaryByDefault)
    {
        for (var i = 0; i < entry.OutputCount; i++)
        {
            if (IsBinary(entry, i, binaryByDefault)) buffer.Write(entry.BytesOf(entry.Outputs[i]));
        }
    }

    private static async Task SendBinaryAsync(HttpResponse response, BatchEntry entry, bool binaryByDefault)
    {
        var unsent = 0;
        for (var i = 0; i < entry.OutputCount; i++)
        {
            if (!IsBinary(entry, i, binaryByDefault)) continue;
            response.BodyWriter.Write(entry.BytesOf(entry.Outputs[i]));
            unsent += entry.Outputs[i].Length;
            if (unsent < FlushBytes) continue;
            await response.BodyWriter.FlushAsync();
            unsent = 0;
        }
        await response.BodyWriter.FlushAsync();
    }

    private static bool TryWrite(Utf8JsonWriter json, BatchEntry entry, bool binaryByDefault, out long binaryBytes, out string error)
    {
        binaryBytes = 0;
        error = "";
        var model = entry.Model!;
        json.WriteStartObject();
        if (!entry.Id.IsEmpty) json.WriteString("id"u8, entry.Id.Span);
        json.WriteString("model_name"u8, model.Name);
        json.WriteString("model_version"u8, model.VersionText);
        json.WriteStartArray("outputs"u8);
        for (var i = 0; i < entry.OutputCount; i++)
        {
            ref readonly var output = ref entry.Outputs[i];
            var spec = model.Signature.Outputs[output.Index];
            json.WriteStartObject();
            json.WriteString("name"u8, spec.Utf8Name);
            json.WriteString("datatype"u8, output.Datatype.Utf8Name());
            json.WriteStartArray("shape"u8);
            foreach (var dim in entry.ShapeOf(output)) json.WriteNumberValue(dim);
            json.WriteEndArray();
            if (IsBinary(entry, i, binaryByDefault))
            {
                WriteBinarySize(json, output.Length);
                binaryBytes += output.Length;
            }
            else
            {
                json.WritePropertyName("data"u8);
                if (!TensorDataWriter.TryWrite(json, output.Datatype, entry.BytesOf(output), out var element))
                {
                    error = $"element {element} of output '{spec.Name}' is not valid UTF-8 and cannot travel in JSON; ask for the output with the parameter binary_data";
                    return false;
                }
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        return true;
    }

    private static void WriteBinarySize(Utf8JsonWriter json, int bytes)
    {
        json.WriteStartObject("parameters"u8);
        json.WriteNumber("binary_data_size"u8, bytes);
        json.WriteEndObject();
    }

    private static bool AnyBinary(BatchEntry entry, bool binaryByDefault)
    {
        for (var i = 0; i < entry.OutputCount; i++)
        {
            if (IsBinary(entry, i, binaryByDefault)) return true;
        }
        return false;
    }

    // Outputs stand in the order asked for; where nothing was asked for by name, every output has the request's default.
    private static bool IsBinary(BatchEntry entry, int output, bool binaryByDefault) =>
        (entry.RequestedCount > 0 ? entry.Requested[output].Binary : null) ?? binaryByDefault;
}
