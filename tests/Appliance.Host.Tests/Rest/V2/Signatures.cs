using Appliance.Inference.Tensors;

namespace Appliance.Host.Tests.Rest.V2;

/// <summary>Signatures that several tests use.</summary>
internal static class Signatures
{
    /// <summary>One input IN and one output OUT of the same kind, at most 8 rows where <paramref name="batched"/>.</summary>
    public static ModelSignature Echo(Datatype datatype, long[] dims, bool batched = true) => new(
        [new TensorSpec("IN", datatype, dims, batched)], [new TensorSpec("OUT", datatype, dims, batched)], batched ? 8 : 0);

    /// <summary>Inputs A (FP32) and B (BYTES) with outputs A_OUT and B_OUT, one value a row each.</summary>
    public static ModelSignature Mixed { get; } = new(
        [new TensorSpec("A", Datatype.FP32, [1], batched: true), new TensorSpec("B", Datatype.Bytes, [1], batched: true)],
        [new TensorSpec("A_OUT", Datatype.FP32, [1], batched: true), new TensorSpec("B_OUT", Datatype.Bytes, [1], batched: true)],
        maxBatchSize: 8);
}
