using System.Buffers.Binary;
using Appliance.Inference.Batching;
using Appliance.Inference.Tensors;

namespace Appliance.Inference.Onnx;

/// <summary>Made-up requests for warming and measuring a model: the same for the same seed.</summary>
internal static class ProbeEntries
{
    /// <summary>
    /// A bound entry of <paramref name="rows"/> rows: floats uniform in [0, 1), every other number 0 (an index of 0 is valid wherever
    /// one is), strings empty; dynamic dimensions are 1.
    /// </summary>
    public static BatchEntry Create(ModelSignature signature, int rows, int seed)
    {
        var random = new Random(seed);
        var entry = new BatchEntry();
        foreach (var spec in signature.Inputs)
        {
            if (spec.Optional) continue;
            ref var view = ref entry.AddInput();
            view.Name = spec.Utf8Name;
            view.Datatype = spec.Datatype;
            var elements = spec.Batched ? rows : 1L;
            if (spec.Batched) Add(entry, ref view, rows);
            foreach (var dim in spec.Dims ?? [])
            {
                Add(entry, ref view, Math.Max(dim, 0) + (dim < 0 ? 1 : 0));
                elements *= dim < 0 ? 1 : dim;
            }
            view.Content = Fill(spec.Datatype, checked((int)elements), random);
        }
        var status = RequestBinder.Bind(entry, signature, "probe");
        return status == ScoreStatus.Ok ? entry : throw new InferenceFaultException($"the graph's inputs cannot be filled: {entry.Error}");
    }

    /// <summary>Makes a batch of these entries.</summary>
    public static Batch Batch(params ReadOnlySpan<BatchEntry> entries)
    {
        var batch = new Batch();
        foreach (var entry in entries)
        {
            entry.ClearOutputs();
            batch.Add(entry);
        }
        return batch;
    }

    private static void Add(BatchEntry entry, ref InputView view, long dim)
    {
        entry.AddDim(dim);
        view.Rank++;
    }

    /// <summary>Raw elements: floats uniform in [0, 1), all else zero or empty.</summary>
    public static byte[] Fill(Datatype datatype, int elements, Random random)
    {
        var bytes = new byte[elements * (datatype == Datatype.Bytes ? 4 : datatype.Size())];
        for (var i = 0; i < elements; i++)
        {
            switch (datatype)
            {
                case Datatype.FP32: BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * 4), random.NextSingle()); break;
                case Datatype.FP64: BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(i * 8), random.NextDouble()); break;
                case Datatype.FP16: BinaryPrimitives.WriteHalfLittleEndian(bytes.AsSpan(i * 2), (Half)random.NextSingle()); break;
                case Datatype.BF16: BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(i * 2), (ushort)(BitConverter.SingleToUInt32Bits(random.NextSingle()) >> 16)); break;
                default: return bytes;
            }
        }
        return bytes;
    }
}
