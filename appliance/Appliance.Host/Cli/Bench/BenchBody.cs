using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using Appliance.Host.Cli.Files;
using Appliance.Inference.Tensors;
using Appliance.LoadGen.Bodies;
using Contracts.Inference;
using Google.Protobuf;

namespace Appliance.Host.Cli.Bench;

/// <summary>
/// Makes up one request of a model from what the model says of itself. A seed decides the values: numbers with a fraction from -1 to 1, whole numbers and booleans 0 or 1,
/// which are in every vocabulary and mask, and "a" for text. Stateless.
/// </summary>
internal static class BenchBody
{
    /// <summary>64 MiB of the widest element: beyond what an appliance takes in a request.</summary>
    private const long MostElements = 1 << 23;

    /// <summary>A message of ModelInfer with raw contents in gRPC's frame, or the body of the REST call.</summary>
    /// <param name="metadata">What <c>/v2/models/{model}</c> answers.</param>
    /// <exception cref="InputException">An input's shape is open, or does not fit the model.</exception>
    public static byte[] Make(JsonElement metadata, BenchArguments arguments)
    {
        var inputs = metadata.GetProperty("inputs").EnumerateArray().Select(i => InputOf(i, arguments)).ToList();
        if (arguments.Shapes.Keys.FirstOrDefault(n => inputs.All(i => i.Name != n)) is { } unknown)
        {
            throw new InputException($"--shape names input '{unknown}', which {arguments.Model} does not have; it has {string.Join(", ", inputs.Select(i => i.Name))}");
        }
        var random = new Random(arguments.Seed);
        return arguments.IsRest ? Json(inputs, random) : Frame(inputs, arguments, random);
    }

    private static BenchInput InputOf(JsonElement input, BenchArguments arguments)
    {
        var name = input.GetProperty("name").GetString()!;
        if (!Datatypes.TryParse(input.GetProperty("datatype").GetString()!, out var datatype)) throw new InputException($"input '{name}' is of a datatype that this command does not know");
        long[] declared = [.. input.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64())];
        var shape = arguments.Shapes.TryGetValue(name, out var said) ? said : [.. declared.Select((d, i) => d < 0 && i == 0 ? arguments.Rows : d)];
        if (shape.Length != declared.Length || shape.Where((d, i) => declared[i] >= 0 && d != declared[i]).Any())
        {
            throw new InputException($"--shape of input '{name}' is {Text(shape)}; {arguments.Model} takes {Text(declared)}");
        }
        if (Array.FindIndex(shape, d => d < 0) is >= 0 and var open)
        {
            throw new InputException($"input '{name}' is {Text(declared)}, open in more than its first dimension; --shape {name}:{string.Join(',', shape.Select((d, i) => i == open || d < 0 ? "N" : Number(d)))} says what to send");
        }
        var elements = shape.Aggregate(1.0, (n, d) => n * d);
        if (elements > MostElements) throw new InputException($"input '{name}' is {Text(shape)}, more than {MostElements} elements; a smaller --shape or --rows fits a request");
        return new(name, datatype, shape, (int)elements);
    }

    private static byte[] Frame(List<BenchInput> inputs, BenchArguments arguments, Random random)
    {
        var request = new ModelInferRequest { ModelName = arguments.Model };
        if (arguments.Version > 0) request.ModelVersion = Number(arguments.Version);
        foreach (var input in inputs)
        {
            request.Inputs.Add(new ModelInferRequest.Types.InferInputTensor { Name = input.Name, Datatype = input.Datatype.Name(), Shape = { input.Shape } });
            // An element of text is its length in four bytes and its bytes.
            var size = input.Datatype == Datatype.Bytes ? 5 : input.Datatype.Size();
            var raw = new byte[input.Elements * size];
            for (var i = 0; i < input.Elements; i++) Write(raw.AsSpan(i * size, size), input.Datatype, random);
            request.RawInputContents.Add(UnsafeByteOperations.UnsafeWrap(raw));
        }
        return InferBody.Frame(request);
    }

    private static void Write(Span<byte> element, Datatype datatype, Random random)
    {
        switch (datatype)
        {
            case Datatype.FP16: BinaryPrimitives.WriteHalfLittleEndian(element, (Half)Fraction(random)); break;
            // The upper half of a float.
            case Datatype.BF16: BinaryPrimitives.WriteUInt16LittleEndian(element, (ushort)(BitConverter.SingleToUInt32Bits(Fraction(random)) >> 16)); break;
            case Datatype.FP32: BinaryPrimitives.WriteSingleLittleEndian(element, Fraction(random)); break;
            case Datatype.FP64: BinaryPrimitives.WriteDoubleLittleEndian(element, Fraction(random)); break;
            case Datatype.Bytes: (element[0], element[4]) = (1, (byte)'a'); break;
            default: element[0] = (byte)random.Next(2); break;
        }
    }

    private static byte[] Json(List<BenchInput> inputs, Random random)
    {
        if (inputs.FirstOrDefault(i => i.Datatype is Datatype.FP16 or Datatype.BF16) is { } half)
        {
            throw new InputException($"input '{half.Name}' is {half.Datatype.Name()}, which JSON has no form for; leave --rest out");
        }
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("inputs");
            foreach (var input in inputs) WriteInput(json, input, random);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return buffer.ToArray();
    }

    private static void WriteInput(Utf8JsonWriter json, BenchInput input, Random random)
    {
        json.WriteStartObject();
        json.WriteString("name", input.Name);
        json.WriteString("datatype", input.Datatype.Name());
        json.WriteStartArray("shape");
        foreach (var dim in input.Shape) json.WriteNumberValue(dim);
        json.WriteEndArray();
        json.WriteStartArray("data");
        for (var i = 0; i < input.Elements; i++)
        {
            switch (input.Datatype)
            {
                case Datatype.FP32 or Datatype.FP64: json.WriteNumberValue(Fraction(random)); break;
                case Datatype.Bytes: json.WriteStringValue("a"u8); break;
                case Datatype.Bool: json.WriteBooleanValue(random.Next(2) == 1); break;
                default: json.WriteNumberValue(random.Next(2)); break;
            }
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static float Fraction(Random random) => random.NextSingle() * 2 - 1;

    private static string Text(long[] shape) => $"[{string.Join(',', shape.Select(Number))}]";

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
