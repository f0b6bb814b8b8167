using EndToEnd.Tests.Wire;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace EndToEnd.Tests.Vectors;

/// <summary>How a model ended in the runtime itself.</summary>
internal enum YardstickEnd
{
    Answered,
    RefusedAtLoad,
    RefusedTheInputs,
}

/// <summary>ONNX Runtime without the appliance around it: what it answers is what the appliance must answer.</summary>
/// <param name="Outputs">The answer; empty unless it answered.</param>
internal sealed record Yardstick(YardstickEnd End, IReadOnlyList<TensorValue> Outputs, string Message)
{
    /// <summary>The runtime's version, without which a comparison says nothing.</summary>
    public static string Version => OrtEnv.Instance().GetVersionString();

    public static Yardstick Run(byte[] model, IReadOnlyList<TensorValue> inputs)
    {
        var end = YardstickEnd.RefusedAtLoad;
        var values = new List<OrtValue>();
        try
        {
            using var options = new SessionOptions { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
            using var session = new InferenceSession(model, options);
            end = YardstickEnd.RefusedTheInputs;
            values.AddRange(inputs.Select(ToOrt));
            using var run = new RunOptions();
            using var outputs = session.Run(run, [.. inputs.Select(i => i.Name)], values, session.OutputNames);
            return new Yardstick(YardstickEnd.Answered, [.. outputs.Select((o, i) => FromOrt(session.OutputNames[i], o))], "");
        }
        catch (OnnxRuntimeException e)
        {
            return new Yardstick(end, [], e.Message);
        }
        finally
        {
            foreach (var value in values) value.Dispose();
        }
    }

    private static OrtValue ToOrt(TensorValue tensor)
    {
        if (tensor.Datatype == "BYTES")
        {
            var strings = OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, tensor.Shape);
            var elements = tensor.Strings();
            for (var i = 0; i < elements.Count; i++) strings.StringTensorSetElementAt(elements[i].AsSpan(), i);
            return strings;
        }
        var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, Elements[tensor.Datatype], tensor.Shape);
        if (tensor.Raw.Length > 0) tensor.Raw.CopyTo(value.GetTensorMutableRawData());
        return value;
    }

    private static TensorValue FromOrt(string name, OrtValue value)
    {
        var description = value.GetTensorTypeAndShape();
        var shape = description.Shape;
        var elements = shape.Aggregate(1L, (product, dim) => product * dim);
        if (description.ElementDataType == TensorElementType.String)
        {
            return TensorValue.OfStrings(name, shape, Enumerable.Range(0, (int)elements).Select(i => value.GetStringElementAsSpan(i).ToArray()));
        }
        var datatype = Elements.First(e => e.Value == description.ElementDataType).Key;
        return new TensorValue(name, datatype, shape, elements == 0 ? [] : value.GetTensorMutableRawData().ToArray());
    }

    private static readonly Dictionary<string, TensorElementType> Elements = new()
    {
        ["BOOL"] = TensorElementType.Bool,
        ["UINT8"] = TensorElementType.UInt8,
        ["UINT16"] = TensorElementType.UInt16,
        ["UINT32"] = TensorElementType.UInt32,
        ["UINT64"] = TensorElementType.UInt64,
        ["INT8"] = TensorElementType.Int8,
        ["INT16"] = TensorElementType.Int16,
        ["INT32"] = TensorElementType.Int32,
        ["INT64"] = TensorElementType.Int64,
        ["FP16"] = TensorElementType.Float16,
        ["FP32"] = TensorElementType.Float,
        ["FP64"] = TensorElementType.Double,
        ["BF16"] = TensorElementType.BFloat16,
    };
}
