using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Contracts.Inference;
using Google.Protobuf;

namespace Appliance.LoadGen.Bodies;

/// <summary>Builds one inference request in the Open Inference Protocol's forms, from values that a seed decides.</summary>
public static class InferBody
{
    /// <summary>Values from -1 to 1, as many as the shape holds; the same seed gives the same values.</summary>
    public static float[] Values(IReadOnlyList<long> shape, int seed)
    {
        var random = new Random(seed);
        var values = new float[shape.Aggregate(1L, (product, dim) => checked(product * dim))];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = random.NextSingle() * 2 - 1;
        }
        return values;
    }

    /// <summary>A ModelInfer message with one raw FP32 input.</summary>
    public static ModelInferRequest Request(string model, string input, IReadOnlyList<long> shape, float[] values) => new()
    {
        ModelName = model,
        Inputs = { new ModelInferRequest.Types.InferInputTensor { Name = input, Datatype = "FP32", Shape = { shape } } },
        RawInputContents = { ByteString.CopyFrom(MemoryMarshal.AsBytes(values.AsSpan())) },
    };

    /// <summary>The bytes of a gRPC message on the wire: no compression, the length, the message.</summary>
    public static byte[] Frame(IMessage message)
    {
        var frame = new byte[5 + message.CalculateSize()];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), frame.Length - 5);
        message.WriteTo(frame.AsSpan(5));
        return frame;
    }

    /// <summary>The same request for <c>POST /v2/models/M/infer</c>.</summary>
    public static byte[] Json(string input, IReadOnlyList<long> shape, float[] values)
    {
        var data = string.Join(",", values.Select(value => value.ToString("R", CultureInfo.InvariantCulture)));
        return Encoding.UTF8.GetBytes(
            $$"""{"inputs":[{"name":"{{JsonEncodedName(input)}}","shape":[{{string.Join(",", shape)}}],"datatype":"FP32","data":[{{data}}]}]}""");
    }

    private static string JsonEncodedName(string name) => System.Text.Json.JsonEncodedText.Encode(name).ToString();
}
