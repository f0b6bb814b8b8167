using System.Buffers.Binary;
using System.Diagnostics;
using Appliance.Inference.Batching;
using Appliance.Inference.Tensors;
using Contracts.Onnx;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.ML.OnnxRuntime;

namespace Appliance.Inference.Onnx;

/// <summary>
/// Measures, on this machine, what a hardware profile decides between: callers side by side with one thread a call against one caller with all threads, and what
/// a row costs in batches of each size. A network of 64-256-128-1 with seeded weights stands for the models. Takes under a second; stateless.
/// </summary>
public static class MachineCalibration
{
    private const int Inputs = 64, LargestBatch = 512, ComparedBatch = 32, RunsPerBucket = 20;

    private static readonly int[] Widths = [Inputs, 256, 128, 1];
    private static readonly TimeSpan BucketBudget = TimeSpan.FromMilliseconds(20);

    // Long enough for thousands of runs, and for a neighbour of the machine to come and go.
    private static readonly TimeSpan RateWindow = TimeSpan.FromMilliseconds(150);

    /// <param name="cores">Threads that may run at once.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="InferenceFaultException">The machine has not even the memory for this.</exception>
    public static CalibrationResult Measure(int cores, CancellationToken cancellation)
    {
        OnnxEnvironment.Start(NullLogger.Instance);
        var graph = Graph();
        var signature = new ModelSignature(
            [new TensorSpec("x", Datatype.FP32, [Inputs], batched: true)], [new TensorSpec("y", Datatype.FP32, [1], batched: true)], LargestBatch);
        using var oneThread = Open(graph, 1);
        var (single, buckets) = MeasureBuckets(oneThread, signature, cancellation);
        var sideBySide = RowsPerSecond(oneThread, signature, callers: cores, cancellation);
        if (cores == 1) return new CalibrationResult(single, buckets, sideBySide, sideBySide);
        using var allThreads = Open(graph, cores);
        return new CalibrationResult(single, buckets, sideBySide, RowsPerSecond(allThreads, signature, callers: 1, cancellation));
    }

    private static OnnxSession Open(byte[] graph, int threads)
    {
        using var options = new SessionOptions { IntraOpNumThreads = threads, InterOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        return OnnxSession.Of(graph, options);
    }

    private static (double Single, IReadOnlyDictionary<int, double> Buckets) MeasureBuckets(OnnxSession session, ModelSignature signature, CancellationToken cancellation)
    {
        using var instance = new BoundInstance(session, signature, TimeProvider.System);
        var buckets = new SortedDictionary<int, double>();
        foreach (var rows in Warmup.Buckets(LargestBatch))
        {
            cancellation.ThrowIfCancellationRequested();
            buckets[rows] = Fastest(instance, ProbeEntries.Create(signature, rows, seed: rows)) / rows;
        }
        return (buckets[1], buckets);
    }

    private static double Fastest(BoundInstance instance, BatchEntry entry)
    {
        var fastest = double.MaxValue;
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < RunsPerBucket && (i < 2 || Stopwatch.GetElapsedTime(began) < BucketBudget); i++)
        {
            var started = Stopwatch.GetTimestamp();
            instance.Run(ProbeEntries.Batch(entry));
            fastest = Math.Min(fastest, Stopwatch.GetElapsedTime(started).TotalMicroseconds);
        }
        return fastest;
    }

    private static double RowsPerSecond(OnnxSession session, ModelSignature signature, int callers, CancellationToken cancellation)
    {
        var rows = new long[callers];
        var began = Stopwatch.GetTimestamp();
        Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Factory.StartNew(
            () =>
            {
                using var instance = new BoundInstance(session, signature, TimeProvider.System);
                var entry = ProbeEntries.Create(signature, ComparedBatch, seed: caller);
                // Once at least: on a machine that is busy the window may be over before the thread runs.
                do
                {
                    instance.Run(ProbeEntries.Batch(entry));
                    rows[caller] += ComparedBatch;
                }
                while (Stopwatch.GetElapsedTime(began) < RateWindow && !cancellation.IsCancellationRequested);
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))).GetAwaiter().GetResult();
        cancellation.ThrowIfCancellationRequested();
        return rows.Sum() / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static byte[] Graph()
    {
        var graph = new GraphProto { Name = "calibration", Input = { Value("x", Inputs) }, Output = { Value("y", 1) } };
        var random = new Random(17);
        var from = "x";
        for (var layer = 1; layer < Widths.Length; layer++)
        {
            var isLast = layer == Widths.Length - 1;
            graph.Initializer.Add(Weights($"w{layer}", Widths[layer - 1], Widths[layer], random));
            graph.Node.Add(new NodeProto { OpType = "MatMul", Input = { from, $"w{layer}" }, Output = { isLast ? "y" : $"h{layer}" } });
            if (!isLast) graph.Node.Add(new NodeProto { OpType = "Relu", Input = { $"h{layer}" }, Output = { $"a{layer}" } });
            from = $"a{layer}";
        }
        return new ModelProto { IrVersion = 8, OpsetImport = { new OperatorSetIdProto { Version = 17 } }, Graph = graph }.ToByteArray();
    }

    private static TensorProto Weights(string name, int rows, int columns, Random random)
    {
        var raw = new byte[rows * columns * sizeof(float)];
        for (var i = 0; i < raw.Length; i += sizeof(float)) BinaryPrimitives.WriteSingleLittleEndian(raw.AsSpan(i), random.NextSingle() - 0.5f);
        return new TensorProto { Name = name, DataType = (int)TensorProto.Types.DataType.Float, Dims = { rows, columns }, RawData = UnsafeByteOperations.UnsafeWrap(raw) };
    }

    private static ValueInfoProto Value(string name, long width)
    {
        var shape = new TensorShapeProto { Dim = { new TensorShapeProto.Types.Dimension { DimParam = "N" }, new TensorShapeProto.Types.Dimension { DimValue = width } } };
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)TensorProto.Types.DataType.Float, Shape = shape } } };
    }
}
