// Hot path: everything here runs once a request.
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Floor;

/// <summary>One row's run of a model whose only input is FP32 [batch, width] and whose only output is FP32 [batch, 1], over memory that is bound once. One thread at a time.</summary>
internal sealed class BareRun
{
    private static readonly RunOptions _options = new();
    private readonly InferenceSession _session;
    private readonly OrtIoBinding _binding;
    private readonly float[] _input;
    private readonly float[] _output = GC.AllocateArray<float>(1, pinned: true);

    public BareRun(InferenceSession session)
    {
        _session = session;
        var (input, output) = (session.InputNames.Single(), session.OutputNames.Single());
        _input = GC.AllocateArray<float>(session.InputMetadata[input].Dimensions[1], pinned: true);
        _binding = session.CreateIoBinding();
        _binding.BindInput(input, Tensor(_input));
        _binding.BindOutput(output, Tensor(_output));
    }

    /// <summary>As the appliance opens a model that asks for nothing: one thread, which does not spin.</summary>
    public static InferenceSession Open(string graph)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        return new InferenceSession(graph, options);
    }

    /// <summary>Scores the values that a request ends with.</summary>
    public float Score(ReadOnlySpan<byte> request)
    {
        var values = MemoryMarshal.AsBytes(_input.AsSpan());
        request[^values.Length..].CopyTo(values);
        _session.RunWithBinding(_options, _binding);
        return _output[0];
    }

    // Lives as long as the connection's binding.
    private static OrtValue Tensor(float[] values) => OrtValue.CreateTensorValueWithData(
        OrtMemoryInfo.DefaultInstance, TensorElementType.Float, [1, values.Length], Marshal.UnsafeAddrOfPinnedArrayElement(values, 0), values.Length * sizeof(float));
}
