using System.Text;
using Contracts.Onnx;
using DataType = Contracts.Onnx.TensorProto.Types.DataType;

namespace Trainer.Publish;

/// <summary>Writes a model's config.pbtxt from its graph: names and dimensions cannot differ from it.</summary>
internal static class ModelConfigWriter
{
    public static string Write(string model, GraphProto graph, int maxBatchSize)
    {
        var text = new StringBuilder();
        text.Append($"name: \"{model}\"\n");
        text.Append("platform: \"onnxruntime_onnx\"\n");
        text.Append($"max_batch_size: {maxBatchSize}\n");
        foreach (var input in graph.Input) AppendTensor(text, "input", input);
        foreach (var output in graph.Output) AppendTensor(text, "output", output);
        text.Append("dynamic_batching { }\n");
        return text.ToString();
    }

    private static void AppendTensor(StringBuilder text, string field, ValueInfoProto value)
    {
        // The first dimension counts rows and is not listed where a model batches.
        var type = value.Type.TensorType;
        var dims = string.Join(", ", type.Shape.Dim.Skip(1).Select(d => d.DimValue));
        text.Append($"{field} {{ name: \"{value.Name}\" data_type: {TypeName(type.ElemType)} dims: [ {dims} ] }}\n");
    }

    private static string TypeName(int elementType) => (DataType)elementType switch
    {
        DataType.Float => "TYPE_FP32",
        DataType.String => "TYPE_STRING",
        var other => throw new ArgumentOutOfRangeException(nameof(elementType), other, "The graph writer makes FP32 and STRING only."),
    };
}
