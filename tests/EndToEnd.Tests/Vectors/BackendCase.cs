using Contracts.Onnx;
using EndToEnd.Tests.Wire;

namespace EndToEnd.Tests.Vectors;

/// <summary>One case of the ONNX backend test data: a model and the inputs of its first data set, as files.</summary>
internal sealed class BackendCase(string name, byte[] model, IReadOnlyDictionary<int, byte[]> inputs)
{
    /// <summary>Group and case, "node/test_add" for instance.</summary>
    public string Name { get; } = name;

    /// <summary>The name under which it is served.</summary>
    public string ModelName => Name.Replace('/', '.');

    public byte[] Model { get; } = model;

    /// <summary>Why the protocol cannot carry the case: the first input or output that is no tensor of its 14 types. Null when it can.</summary>
    public string? NotCarried() => Graph.Input.Concat(Graph.Output).Select(Fault).FirstOrDefault(fault => fault is not null);

    /// <summary>The inputs that the data set gives, in the graph's order.</summary>
    public TensorValue[] Inputs()
    {
        var graph = Graph;
        return [.. inputs.OrderBy(i => i.Key).Select(i => TensorProtoReader.Read(graph.Input[i.Key].Name, i.Value))];
    }

    private GraphProto Graph => field ??= ModelProto.Parser.ParseFrom(Model).Graph;

    private static string? Fault(ValueInfoProto value)
    {
        if (value.Type.ValueCase != TypeProto.ValueOneofCase.TensorType) return $"'{value.Name}' is {value.Type.ValueCase}";
        var type = (TensorProto.Types.DataType)value.Type.TensorType.ElemType;
        return TensorElements.Datatypes.ContainsKey(type) ? null : $"'{value.Name}' has elements of type {type}";
    }
}
