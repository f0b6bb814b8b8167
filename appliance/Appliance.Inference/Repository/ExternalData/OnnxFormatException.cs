namespace Appliance.Inference.Repository.ExternalData;

/// <summary>A file that is not a whole ONNX model: what is wrong, and at which byte.</summary>
public sealed class OnnxFormatException(long offset, string problem) : Exception($"byte {offset}: {problem}")
{
    public long Offset { get; } = offset;

    public string Problem { get; } = problem;
}
