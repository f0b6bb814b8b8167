// Hot path: a ModelInferResponse is written straight into the transport's memory.
using Appliance.Inference.Batching;
using Appliance.Inference.Tensors;

namespace Appliance.Host.Grpc;

/// <summary>Writes an answered <see cref="BatchEntry"/> as <c>inference.ModelInferResponse</c>, outputs raw, without intermediate objects.</summary>
internal static class InferResponseEncoder
{
    /// <summary>Bytes that <see cref="Write"/> will write.</summary>
    public static int SizeOf(BatchEntry entry)
    {
        var heads = AnswerHeads.Of(entry.Model!);
        var size = heads.Model.Length + (heads.TensorsOf(entry)?.Length ?? SizeOfTensors(entry));
        if (!entry.Id.IsEmpty) size += Wire.LengthDelimitedSize(entry.Id.Length);
        foreach (ref readonly var output in entry.Outputs) size += Wire.LengthDelimitedSize(output.Length);
        return size;
    }

    /// <summary>Writes the message into memory of exactly <see cref="SizeOf"/> bytes.</summary>
    public static void Write(BatchEntry entry, Span<byte> message)
    {
        var at = WriteHead(entry, message);
        foreach (ref readonly var output in entry.Outputs)
        {
            var bytes = entry.BytesOf(output);
            at += Wire.WriteTagAndLength(message[at..], 6, bytes.Length);
            bytes.CopyTo(message[at..]);
            at += bytes.Length;
        }
    }

    /// <summary>Bytes of all tensors without their contents.</summary>
    public static int SizeOfTensors(BatchEntry entry)
    {
        var size = 0;
        foreach (ref readonly var output in entry.Outputs) size += Wire.LengthDelimitedSize(TensorSize(entry, output));
        return size;
    }

    /// <summary>Writes all tensors without their contents; returns their bytes.</summary>
    public static int WriteTensors(BatchEntry entry, Span<byte> span)
    {
        var at = 0;
        foreach (ref readonly var output in entry.Outputs) at += WriteTensor(entry, output, span[at..]);
        return at;
    }

    // Everything but the raw contents.
    private static int WriteHead(BatchEntry entry, Span<byte> span)
    {
        var heads = AnswerHeads.Of(entry.Model!);
        heads.Model.CopyTo(span);
        var at = heads.Model.Length;
        if (!entry.Id.IsEmpty)
        {
            at += Wire.WriteTagAndLength(span[at..], 3, entry.Id.Length);
            entry.Id.Span.CopyTo(span[at..]);
            at += entry.Id.Length;
        }
        if (heads.TensorsOf(entry) is not { } tensors) return at + WriteTensors(entry, span[at..]);
        tensors.CopyTo(span[at..]);
        return at + tensors.Length;
    }

    private static int WriteTensor(BatchEntry entry, in OutputView output, Span<byte> span)
    {
        var spec = entry.Model!.Signature.Outputs[output.Index];
        var at = Wire.WriteTagAndLength(span, 5, TensorSize(entry, output));
        at += Wire.WriteTagAndLength(span[at..], 1, spec.Utf8Name.Length);
        spec.Utf8Name.CopyTo(span[at..]);
        at += spec.Utf8Name.Length;
        var datatype = output.Datatype.Utf8Name();
        at += Wire.WriteTagAndLength(span[at..], 2, datatype.Length);
        datatype.CopyTo(span[at..]);
        at += datatype.Length;
        var shape = entry.ShapeOf(output);
        if (shape.IsEmpty) return at;
        at += Wire.WriteTagAndLength(span[at..], 3, ShapeSize(shape));
        foreach (var dim in shape) at += Wire.WriteVarint(span[at..], (ulong)dim);
        return at;
    }

    private static int TensorSize(BatchEntry entry, in OutputView output)
    {
        var spec = entry.Model!.Signature.Outputs[output.Index];
        var shape = entry.ShapeOf(output);
        return Wire.LengthDelimitedSize(spec.Utf8Name.Length) + Wire.LengthDelimitedSize(output.Datatype.Utf8Name().Length)
            + (shape.IsEmpty ? 0 : Wire.LengthDelimitedSize(ShapeSize(shape)));
    }

    private static int ShapeSize(ReadOnlySpan<long> shape)
    {
        var size = 0;
        foreach (var dim in shape) size += Wire.VarintSize((ulong)dim);
        return size;
    }
}
