using System.Text;
using EndToEnd.Tests.Wire;

namespace EndToEnd.Tests.Rest;

/// <summary>The body of a REST inference under construction: JSON, and the raw tensors behind it.</summary>
internal sealed class InferBody
{
    private readonly List<string> _inputs = [];
    private readonly List<string> _members = [];
    private readonly MemoryStream _tensors = new();

    public byte[] Tensors => _tensors.ToArray();

    public string Json => $"{{{string.Join(",", _members.Prepend($"\"inputs\":[{string.Join(",", _inputs)}]"))}}}";

    public byte[] Bytes => [.. Encoding.UTF8.GetBytes(Json), .. Tensors];

    public int JsonLength => Encoding.UTF8.GetByteCount(Json);

    /// <summary>An input in JSON, its data written as given.</summary>
    public InferBody With(TensorValue input, string data)
    {
        _inputs.Add($$"""{"name":{{JsonTensor.Text(input.Name)}},"datatype":"{{input.Datatype}}","shape":[{{string.Join(",", input.Shape)}}],"data":{{data}}}""");
        return this;
    }

    public InferBody WithFlat(TensorValue input) => With(input, JsonTensor.Flat(input));

    public InferBody WithBinary(TensorValue input)
    {
        _inputs.Add($$$"""{"name":{{{JsonTensor.Text(input.Name)}}},"datatype":"{{{input.Datatype}}}","shape":[{{{string.Join(",", input.Shape)}}}],"parameters":{"binary_data_size":{{{input.Raw.Length}}}}}""");
        _tensors.Write(input.Raw);
        return this;
    }

    /// <summary>A further member of the request, as it is.</summary>
    public InferBody WithMember(string name, string json)
    {
        _members.Add($"\"{name}\":{json}");
        return this;
    }

    public InferBody WithBinaryOutputs() => WithMember("parameters", """{"binary_data_output":true}""");
}
