using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Appliance.Inference.Batching;
using Appliance.Inference.Tensors;

namespace Appliance.Inference.Onnx;

/// <summary>
/// Whether the rows of a graph are independent, so that requests may be merged. A dynamic first dimension alone does not say so: a softmax
/// or a mean over that axis has one too. Asked only where no configuration states a batch size.
/// </summary>
internal static class BatchProof
{
    private const int Rows = 3;

    // Kernels block their loops differently for other row counts; a true dependence differs by far more.
    private const float RelativeTolerance = 1e-3f;

    /// <summary>True when a batch of made-up rows answers what each row answers alone; otherwise the reason.</summary>
    public static bool Holds(IModelInstance instance, ModelSignature signature, out string reason)
    {
        try
        {
            BatchEntry[] singles = [.. Enumerable.Range(0, Rows).Select(i => ProbeEntries.Create(signature, 1, seed: i + 1))];
            foreach (var single in singles) instance.Run(ProbeEntries.Batch(single));
            byte[][][] alone = [.. singles.Select(Outputs)];
            instance.Run(ProbeEntries.Batch(singles));
            for (var i = 0; i < Rows; i++)
            {
                var together = Outputs(singles[i]);
                for (var o = 0; o < together.Length; o++)
                {
                    if (Same(alone[i][o], together[o], signature.Outputs[o].Datatype)) continue;
                    reason = $"output '{signature.Outputs[o].Name}' of a row depends on the other rows of its batch";
                    return false;
                }
            }
        }
        catch (InferenceFaultException e)
        {
            reason = $"made-up rows could not be run together: {e.Message}";
            return false;
        }
        reason = "";
        return true;
    }

    private static byte[][] Outputs(BatchEntry entry)
    {
        var outputs = new byte[entry.OutputCount][];
        for (var i = 0; i < outputs.Length; i++) outputs[i] = entry.BytesOf(entry.Outputs[i]).ToArray();
        return outputs;
    }

    private static bool Same(byte[] a, byte[] b, Datatype datatype)
    {
        if (a.AsSpan().SequenceEqual(b)) return true;
        if (a.Length != b.Length) return false;
        return datatype switch
        {
            Datatype.FP32 => Close(MemoryMarshal.Cast<byte, float>(a), MemoryMarshal.Cast<byte, float>(b)),
            Datatype.FP64 => Close(Narrow(MemoryMarshal.Cast<byte, double>(a)), Narrow(MemoryMarshal.Cast<byte, double>(b))),
            Datatype.FP16 => Close(Widen(MemoryMarshal.Cast<byte, Half>(a)), Widen(MemoryMarshal.Cast<byte, Half>(b))),
            _ => false,
        };
    }

    private static bool Close(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        for (var i = 0; i < a.Length; i++)
        {
            var bothNaN = float.IsNaN(a[i]) && float.IsNaN(b[i]);
            if (!bothNaN && a[i] != b[i] && !(MathF.Abs(a[i] - b[i]) <= RelativeTolerance * MathF.Max(1, MathF.Abs(b[i])))) return false;
        }
        return true;
    }

    private static float[] Narrow(ReadOnlySpan<double> values)
    {
        var narrow = new float[values.Length];
        TensorPrimitives.ConvertSaturating(values, narrow);
        return narrow;
    }

    private static float[] Widen(ReadOnlySpan<Half> values)
    {
        var wide = new float[values.Length];
        TensorPrimitives.ConvertToSingle(values, wide);
        return wide;
    }
}
