using Appliance.Inference.Tensors;

namespace Appliance.Inference.Batching;

/// <summary>One tensor of an answer, in raw form, inside the entry's result memory.</summary>
public struct OutputView
{
    /// <summary>Index into the signature's outputs.</summary>
    public int Index;

    public Datatype Datatype;

    /// <summary>Where the shape starts in the entry's dimensions, and how many there are.</summary>
    public int DimStart, Rank;

    /// <summary>Where the bytes lie in the entry's results.</summary>
    public int Offset, Length;
}
