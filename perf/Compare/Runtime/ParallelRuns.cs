using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Compare.Runtime;

/// <summary>One session in this process, run by several threads at once, each with buffers bound once: the most rows that the machine gives. Not thread-safe.</summary>
internal sealed class ParallelRuns : IDisposable
{
    private readonly InferenceSession _session;
    private readonly int _rows, _threads;

    /// <param name="graph">A model whose only input is FP32 [batch, width] and whose only output is FP32 [batch, 1].</param>
    public ParallelRuns(string graph, int rows, int threads)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1, GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        _session = new InferenceSession(graph, options);
        (_rows, _threads) = (rows, threads);
    }

    /// <summary>Runs on all threads for so long.</summary>
    public double RowsPerSecond(TimeSpan duration)
    {
        var counts = new long[_threads];
        var start = Stopwatch.GetTimestamp();
        var threads = Enumerable.Range(0, _threads).Select(i => new Thread(() => counts[i] = Run(start, duration))).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return counts.Sum() * (double)_rows / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    public void Dispose() => _session.Dispose();

    private long Run(long start, TimeSpan duration)
    {
        var (input, output) = (_session.InputNames.Single(), _session.OutputNames.Single());
        var width = _session.InputMetadata[input].Dimensions[1];
        var random = new Random(7);
        using var inputs = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, TensorElementType.Float, [_rows, width]);
        using var outputs = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, TensorElementType.Float, [_rows, 1]);
        foreach (ref var value in inputs.GetTensorMutableDataAsSpan<float>()) value = random.NextSingle() * 2 - 1;
        using var binding = _session.CreateIoBinding();
        binding.BindInput(input, inputs);
        binding.BindOutput(output, outputs);
        using var options = new RunOptions();
        var runs = 0L;
        while (Stopwatch.GetElapsedTime(start) < duration)
        {
            _session.RunWithBinding(options, binding);
            runs++;
        }
        return runs;
    }
}
