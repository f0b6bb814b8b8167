using Contracts.Inference;
using Google.Protobuf;

namespace EndToEnd.Tests.Wire;

/// <summary>Makes requests from tensors and reads tensors from answers.</summary>
internal static class InferMessages
{
    public static ModelInferRequest Raw(string model, params TensorValue[] inputs)
    {
        var request = new ModelInferRequest { ModelName = model };
        foreach (var input in inputs)
        {
            request.Inputs.Add(Describe(input));
            request.RawInputContents.Add(ByteString.CopyFrom(input.Raw));
        }
        return request;
    }

    public static ModelInferRequest Typed(string model, params TensorValue[] inputs)
    {
        var request = new ModelInferRequest { ModelName = model };
        foreach (var input in inputs)
        {
            var tensor = Describe(input);
            tensor.Contents = TypedForm.Of(input);
            request.Inputs.Add(tensor);
        }
        return request;
    }

    /// <summary>The answer's tensors; outputs travel raw.</summary>
    public static IReadOnlyList<TensorValue> Outputs(ModelInferResponse response)
    {
        Assert.Equal(response.Outputs.Count, response.RawOutputContents.Count);
        return [.. response.Outputs.Select((o, i) => new TensorValue(o.Name, o.Datatype, [.. o.Shape], response.RawOutputContents[i].ToByteArray()))];
    }

    public static ModelInferRequest WithOutputs(this ModelInferRequest request, params string[] names)
    {
        request.Outputs.Add(names.Select(n => new ModelInferRequest.Types.InferRequestedOutputTensor { Name = n }));
        return request;
    }

    public static ModelInferRequest WithParameter(this ModelInferRequest request, string name, InferParameter value)
    {
        request.Parameters[name] = value;
        return request;
    }

    private static ModelInferRequest.Types.InferInputTensor Describe(TensorValue tensor) =>
        new() { Name = tensor.Name, Datatype = tensor.Datatype, Shape = { tensor.Shape } };
}
