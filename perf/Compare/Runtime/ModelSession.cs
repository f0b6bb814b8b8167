using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace Compare.Runtime;

/// <summary>
/// ONNX Runtime in this process, called as sparingly as it can be: one thread, buffers bound once for each batch size. The yardstick for the
/// model's share of a request, and the reference for its answers. Not thread-safe.
/// </summary>
internal sealed class ModelSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly string _inputName, _outputName;
    private readonly int _width;
    private readonly float[] _input;
    private readonly float[] _output;
    private readonly GCHandle _pinnedInput;
    private readonly GCHandle _pinnedOutput;
    private readonly OrtIoBinding?[] _bindings;

    /// <param name="graph">A model whose only input is FP32 [batch, width] and whose only output is FP32 [batch, 1].</param>
    public ModelSession(string graph, int maxBatch)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
        };
        _session = new InferenceSession(graph, options);
        (_inputName, _outputName) = (_session.InputNames.Single(), _session.OutputNames.Single());
        _width = _session.InputMetadata[_inputName].Dimensions[1];
        _input = new float[maxBatch * _width];
        _output = new float[maxBatch];
        _pinnedInput = GCHandle.Alloc(_input, GCHandleType.Pinned);
        _pinnedOutput = GCHandle.Alloc(_output, GCHandleType.Pinned);
        _bindings = new OrtIoBinding?[maxBatch + 1];
        var random = new Random(7);
        for (var i = 0; i < _input.Length; i++)
        {
            _input[i] = random.NextSingle() * 2 - 1;
        }
    }

    public static string RuntimeVersion => OrtEnv.Instance().GetVersionString();

    public int MaxBatch => _bindings.Length - 1;

    public void Run(int rows) => _session.RunWithBinding(_run, _bindings[rows] ??= Bind(rows));

    /// <summary>The model's answer for one row.</summary>
    public float Score(ReadOnlySpan<float> row)
    {
        row.CopyTo(_input);
        Run(1);
        return _output[0];
    }

    public void Dispose()
    {
        foreach (var binding in _bindings)
        {
            binding?.Dispose();
        }
        _run.Dispose();
        _session.Dispose();
        _pinnedInput.Free();
        _pinnedOutput.Free();
    }

    private OrtIoBinding Bind(int rows)
    {
        var binding = _session.CreateIoBinding();
        using var input = Tensor(_pinnedInput, rows, _width);
        using var output = Tensor(_pinnedOutput, rows, 1);
        binding.BindInput(_inputName, input);
        binding.BindOutput(_outputName, output);
        return binding;
    }

    private static OrtValue Tensor(GCHandle pinned, int rows, int width) => OrtValue.CreateTensorValueWithData(
        OrtMemoryInfo.DefaultInstance, Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float, [rows, width], pinned.AddrOfPinnedObject(), (long)rows * width * sizeof(float));
}
