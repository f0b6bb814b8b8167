using System.Globalization;
using Contracts;
using Contracts.Onnx;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Trainer.Data;

namespace Trainer.Export;

/// <summary>
/// Proves that a graph gives in ONNX Runtime what the learner gave, row by row. The only file here that knows ONNX Runtime.
/// </summary>
internal static class ParityCheck
{
    /// <summary>Rows that every export is checked on.</summary>
    public const int RowCount = 1000;

    /// <summary>
    /// Largest |a - b| / max(1, |b|) that passes. 1e-5 is the product's promise; FP32 sums were seen to lose 2.7e-7 on probabilities of
    /// 173 trees, and 8e-6 on sums of values in the hundreds.
    /// </summary>
    public const double Tolerance = 1e-5;

    /// <summary>Throws with the first row that differs; else says by how much the worst row differs and what the graph answered.</summary>
    public static ParityOutcome Run(ModelProto model, FeatureTable rows, IReadOnlyList<double> expected)
    {
        var outputs = RunOrFail(model, rows);
        if (outputs.Length != expected.Count)
        {
            throw new TrainerException($"For {rows.Rows} rows the graph gives {outputs.Length} values, the booster {expected.Count}.");
        }
        var width = outputs.Length / rows.Rows;
        var worst = 0.0;
        for (var i = 0; i < outputs.Length; i++)
        {
            var difference = Math.Abs(outputs[i] - expected[i]) / Math.Max(1, Math.Abs(expected[i]));
            if (!(difference <= Tolerance)) throw Differs(rows, i / width, expected[i], outputs[i], difference);
            worst = Math.Max(worst, difference);
        }
        return new ParityOutcome(worst, outputs);
    }

    private static float[] RunOrFail(ModelProto model, FeatureTable rows)
    {
        try
        {
            return RunGraph(model, rows);
        }
        catch (OnnxRuntimeException e)
        {
            throw new TrainerException($"The export does not run in ONNX Runtime: {e.Message}");
        }
    }

    private static float[] RunGraph(ModelProto model, FeatureTable rows)
    {
        OnnxTelemetry.SwitchOff();
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        using var session = new InferenceSession(model.ToByteArray(), options);
        int[] shape = [rows.Rows, 1];
        var inputs = rows.Columns.Select(c => c.Numbers is not null
            ? NamedOnnxValue.CreateFromTensor(c.Name, new DenseTensor<float>(c.Numbers, shape))
            : NamedOnnxValue.CreateFromTensor(c.Name, new DenseTensor<string>(c.Texts!, shape))).ToList();
        using var outputs = session.Run(inputs);
        return outputs[0].AsTensor<float>().ToArray();
    }

    private static TrainerException Differs(FeatureTable rows, int row, double expected, float actual, double difference) =>
        new(string.Create(
            CultureInfo.InvariantCulture,
            $"The export does not hold. Row {row} ({rows.Describe(row)}): LightGBM gives {expected:R}, ONNX Runtime gives {actual:R}; "
            + $"they differ by {difference:E2}, more than {Tolerance:E0}."));
}

/// <summary>What a passed check found.</summary>
/// <param name="Outputs">The graph's answers, row by row.</param>
internal sealed record ParityOutcome(double WorstDifference, float[] Outputs);
