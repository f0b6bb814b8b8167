// Hot path: one per tensor of a request.
using Appliance.Inference.Tensors;

namespace Appliance.Inference.Batching;

/// <summary>One tensor of a request where it lies in the request's memory. Valid until the request's <see cref="BatchEntry"/> completes.</summary>
public struct InputView
{
    /// <summary>The tensor's name, UTF-8.</summary>
    public ReadOnlyMemory<byte> Name;

    /// <summary>The element bytes (<see cref="Typed"/> false) or the InferTensorContents message (true).</summary>
    public ReadOnlyMemory<byte> Content;

    public Datatype Datatype;

    /// <summary>Whether <see cref="Content"/> is the typed protobuf form rather than raw little-endian bytes.</summary>
    public bool Typed;

    /// <summary>Where the shape starts in the entry's dimensions, and how many there are.</summary>
    public int DimStart, Rank;

    /// <summary>Bytes that the elements take in raw form. Known after binding.</summary>
    public int RawBytes;
}
