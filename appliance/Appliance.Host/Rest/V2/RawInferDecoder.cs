// Hot path for callers that send one tensor without any header.
using System.Buffers.Binary;
using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Inference.Tensors;

namespace Appliance.Host.Rest.V2;

/// <summary>
/// Takes a body that is nothing but the bytes of a model's only input. What the JSON would have said is deduced: one row, and for a
/// dynamic dimension whatever the length leaves. A BYTES body is one element.
/// </summary>
internal static class RawInferDecoder
{
    /// <summary>Decodes into an entry whose model is leased. Anything but Ok has set the entry's error.</summary>
    public static ScoreStatus Decode(BatchEntry entry, ReadOnlyMemory<byte> body)
    {
        var model = entry.Model!;
        var inputs = model.Signature.Inputs;
        if (inputs.Length != 1)
        {
            return entry.Fail(ScoreStatus.InvalidArgument,
                $"a raw request, with {InferEndpoint.HeaderLength} 0, needs a model with one input; model '{model.Name}' has {inputs.Length}");
        }
        var spec = inputs[0];
        if (!TryDeduce(spec, body.Length, out var dynamic))
        {
            return entry.Fail(ScoreStatus.InvalidArgument,
                $"the shape [{string.Join(",", spec.Shape)}] of input '{spec.Name}' for model '{model.Name}' cannot be deduced from {body.Length} raw bytes of {spec.Datatype.Name()}",
                spec.Name);
        }
        ref var input = ref entry.AddInput();
        input.Name = spec.Utf8Name;
        input.Datatype = spec.Datatype;
        input.Rank = spec.Shape.Length;
        if (spec.Batched) entry.AddDim(1);
        foreach (var dim in spec.Dims!) entry.AddDim(dim < 0 ? dynamic : dim);
        input.Content = spec.Datatype == Datatype.Bytes ? AsElement(entry, body) : body;
        return ScoreStatus.Ok;
    }

    private static bool TryDeduce(TensorSpec spec, int bytes, out long dynamic)
    {
        dynamic = 1;
        if (spec.Dims is null) return false;
        var known = 1L;
        var unknown = 0;
        foreach (var dim in spec.Dims)
        {
            if (dim < 0) unknown++;
            else known *= dim;
        }
        if (spec.Datatype == Datatype.Bytes) return known == 1;
        if (unknown > 1) return false;
        var rowBytes = known * spec.Datatype.Size();
        if (unknown == 0) return rowBytes == bytes;
        dynamic = rowBytes == 0 ? 0 : bytes / rowBytes;
        return dynamic * rowBytes == bytes;
    }

    private static Memory<byte> AsElement(BatchEntry entry, ReadOnlyMemory<byte> body)
    {
        var element = entry.RentScratch(4 + body.Length);
        BinaryPrimitives.WriteInt32LittleEndian(element.Span, body.Length);
        body.Span.CopyTo(element.Span[4..]);
        return element;
    }
}
