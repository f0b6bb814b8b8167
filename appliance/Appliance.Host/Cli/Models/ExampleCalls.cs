using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Contracts.Inference;
using Google.Protobuf;

namespace Appliance.Host.Cli.Models;

/// <summary>Calls of a model that work as they are printed, made from what it says of itself: zeros, false and "a" for what it takes. Stateless.</summary>
internal static class ExampleCalls
{
    /// <summary>The body of <c>/v2/models/{model}/infer</c>.</summary>
    /// <param name="metadata">What <c>/v2/models/{model}</c> answers.</param>
    public static string InferBody(JsonElement metadata) => Json(json =>
    {
        json.WriteStartArray("inputs");
        foreach (var input in metadata.GetProperty("inputs").EnumerateArray())
        {
            var (datatype, shape) = (input.GetProperty("datatype").GetString()!, ShapeOf(input));
            json.WriteStartObject();
            json.WriteString("name", input.GetProperty("name").GetString());
            json.WriteString("datatype", datatype);
            json.WriteStartArray("shape");
            foreach (var dim in shape) json.WriteNumberValue(dim);
            json.WriteEndArray();
            json.WriteStartArray("data");
            for (var i = 0L; i < Elements(shape); i++) WriteElement(json, datatype);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    /// <summary>The body of <c>/api/predict/{model}</c>.</summary>
    /// <param name="description">The data that GET of the same path answers.</param>
    public static string PredictBody(JsonElement description) => Json(json =>
    {
        json.WriteStartObject("features");
        foreach (var feature in description.GetProperty("features").EnumerateArray())
        {
            json.WritePropertyName(feature.GetProperty("name").GetString()!);
            if (feature.TryGetProperty("default", out var value)) value.WriteTo(json);
            else WriteFeature(json, feature.GetProperty("type").GetString()!);
        }
        json.WriteEndObject();
    });

    /// <summary>The message of ModelInfer in gRPC's frame.</summary>
    public static byte[] InferFrame(JsonElement metadata)
    {
        var request = new ModelInferRequest { ModelName = metadata.GetProperty("name").GetString() };
        foreach (var input in metadata.GetProperty("inputs").EnumerateArray())
        {
            var (datatype, shape) = (input.GetProperty("datatype").GetString()!, ShapeOf(input));
            request.Inputs.Add(new ModelInferRequest.Types.InferInputTensor { Name = input.GetProperty("name").GetString(), Datatype = datatype, Shape = { shape } });
            // An element of text is its length and its bytes: "a".
            var raw = datatype == "BYTES"
                ? Enumerable.Repeat<byte[]>([1, 0, 0, 0, (byte)'a'], (int)Elements(shape)).SelectMany(e => e).ToArray()
                : new byte[Elements(shape) * SizeOf(datatype)];
            request.RawInputContents.Add(UnsafeByteOperations.UnsafeWrap(raw));
        }
        var message = request.ToByteArray();
        var frame = new byte[message.Length + 5];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame.AsSpan(5));
        return frame;
    }

    /// <summary>A word of a shell's command line.</summary>
    public static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static long[] ShapeOf(JsonElement input) => [.. input.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64() is var dim && dim < 0 ? 1 : dim)];

    private static long Elements(long[] shape) => shape.Aggregate(1L, (n, d) => n * d);

    private static int SizeOf(string datatype) => datatype switch
    {
        "BOOL" or "INT8" or "UINT8" => 1,
        "INT16" or "UINT16" or "FP16" or "BF16" => 2,
        "INT64" or "UINT64" or "FP64" => 8,
        _ => 4,
    };

    private static void WriteElement(Utf8JsonWriter json, string datatype)
    {
        if (datatype == "BYTES") json.WriteStringValue("a");
        else if (datatype == "BOOL") json.WriteBooleanValue(false);
        else json.WriteNumberValue(0);
    }

    private static void WriteFeature(Utf8JsonWriter json, string type)
    {
        if (type == "string") json.WriteStringValue("a");
        else if (type == "bool") json.WriteBooleanValue(false);
        else json.WriteNumberValue(0);
    }

    private static string Json(Action<Utf8JsonWriter> members)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
