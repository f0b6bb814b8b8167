// Hot path: everything here runs once a request.
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Floor;

/// <summary>
/// One row's run of a model whose only input is FP32 [batch, width], of a width that it says, and whose only output is FP32 [batch, 1], over memory that is bound
/// once. One thread at a time.
/// </summary>
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
        // The binding keeps what it is given, over memory that is kept here.
        using var values = Tensor(_input);
        using var score = Tensor(_output);
        _binding.BindInput(input, values);
        _binding.BindOutput(output, score);
    }

    /// <summary>As the appliance opens a model that asks for nothing: the caller's thread alone.</summary>
    public static InferenceSession Open(string graph)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        return new InferenceSession(graph, options);
    }

    /// <summary>Bytes of a row.</summary>
    public int InputBytes => _input.Length * sizeof(float);

    /// <summary>Scores the values that a request ends with, which it has.</summary>
    public float Score(ReadOnlySpan<byte> request)
    {
        var values = MemoryMarshal.AsBytes(_input.AsSpan());
        request[^values.Length..].CopyTo(values);
        _session.RunWithBinding(_options, _binding);
        return _output[0];
    }

    private static OrtValue Tensor(float[] values) => OrtValue.CreateTensorValueWithData(
        OrtMemoryInfo.DefaultInstance, TensorElementType.Float, [1, values.Length], Marshal.UnsafeAddrOfPinnedArrayElement(values, 0), values.Length * sizeof(float));
}
