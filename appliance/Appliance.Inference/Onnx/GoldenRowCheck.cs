using System.Runtime.InteropServices;
using Appliance.Inference.Batching;
using Appliance.Inference.Repository.Manifest;
using Appliance.Inference.Tensors;
using Contracts;

namespace Appliance.Inference.Onnx;

/// <summary>Runs a manifest's golden rows on a loaded version: what it answers here must be what it answered where it was exported.</summary>
internal static class GoldenRowCheck
{
    /// <exception cref="InferenceFaultException">An answer differs by more than the tolerance; the message names the output, element and both values.</exception>
    public static void Run(IModelInstance instance, ModelSignature signature, GoldenRows golden)
    {
        var entry = new BatchEntry();
        foreach (var tensor in golden.Inputs)
        {
            Tensors.Datatypes.TryParse(tensor.Datatype, out var datatype);
            ref var view = ref entry.AddInput();
            view.Name = System.Text.Encoding.UTF8.GetBytes(tensor.Name);
            view.Datatype = datatype;
            foreach (var dim in tensor.Shape)
            {
                entry.AddDim(dim);
                view.Rank++;
            }
            view.Content = ToRaw(tensor);
        }
        if (RequestBinder.Bind(entry, signature, "golden rows") != ScoreStatus.Ok) throw new InferenceFaultException($"goldenRows.inputs do not fit the model: {entry.Error}");
        instance.Run(ProbeEntries.Batch(entry));
        foreach (var expected in golden.Outputs) Compare(entry, signature, expected, golden.Tolerance);
    }

    private static byte[] ToRaw(GoldenTensor tensor)
    {
        Tensors.Datatypes.TryParse(tensor.Datatype, out var datatype);
        return TensorJson.ToRaw(datatype, tensor.Data, out var problem)
            ?? throw new InferenceFaultException($"golden tensor '{tensor.Name}': {problem}");
    }

    private static void Compare(BatchEntry entry, ModelSignature signature, GoldenTensor expected, double tolerance)
    {
        foreach (ref readonly var output in entry.Outputs)
        {
            if (signature.Outputs[output.Index].Name != expected.Name) continue;
            var actual = entry.BytesOf(output);
            var wanted = ToRaw(expected);
            if (!entry.ShapeOf(output).SequenceEqual(CollectionsMarshal.AsSpan(expected.Shape)) || actual.Length != wanted.Length)
            {
                throw new InferenceFaultException($"golden rows differ: output '{expected.Name}' has shape [{string.Join(",", entry.ShapeOf(output).ToArray())}], expected [{string.Join(",", expected.Shape)}]");
            }
            CompareElements(expected.Name, output.Datatype, actual, wanted, tolerance);
            return;
        }
        throw new InferenceFaultException($"goldenRows.outputs names '{expected.Name}', which the model does not have");
    }

    private static void CompareElements(string name, Datatype datatype, ReadOnlySpan<byte> actual, ReadOnlySpan<byte> wanted, double tolerance)
    {
        if (actual.SequenceEqual(wanted)) return;
        var size = datatype.Size();
        for (var i = 0; size > 0 && i < actual.Length / size; i++)
        {
            var (a, b) = (Value(actual.Slice(i * size, size), datatype), Value(wanted.Slice(i * size, size), datatype));
            if (double.IsNaN(a) && double.IsNaN(b)) continue;
            if (a == b || Math.Abs(a - b) <= tolerance * Math.Max(1, Math.Abs(b))) continue;
            throw new InferenceFaultException($"golden rows differ: output '{name}' element {i} is {a:R}, expected {b:R} within {tolerance:R}");
        }
        if (size == 0) throw new InferenceFaultException($"golden rows differ: the strings of output '{name}' are not the expected ones");
    }

    private static double Value(ReadOnlySpan<byte> element, Datatype datatype) => datatype switch
    {
        Datatype.FP32 => MemoryMarshal.Read<float>(element),
        Datatype.FP64 => MemoryMarshal.Read<double>(element),
        Datatype.FP16 => (double)MemoryMarshal.Read<Half>(element),
        Datatype.BF16 => BitConverter.UInt32BitsToSingle((uint)MemoryMarshal.Read<ushort>(element) << 16),
        Datatype.Int64 => MemoryMarshal.Read<long>(element),
        Datatype.Int32 => MemoryMarshal.Read<int>(element),
        Datatype.Int16 => MemoryMarshal.Read<short>(element),
        Datatype.Int8 => MemoryMarshal.Read<sbyte>(element),
        Datatype.UInt64 => MemoryMarshal.Read<ulong>(element),
        Datatype.UInt32 => MemoryMarshal.Read<uint>(element),
        Datatype.UInt16 => MemoryMarshal.Read<ushort>(element),
        _ => element[0],
    };
}
