using Contracts.Inference;

namespace Appliance.Inference.Repository;

/// <summary>
/// An input of a model as requests give it, and as the graph takes it. Shapes leave the batch dimension out; -1 is any size.
/// </summary>
/// <param name="Name">The graph's own name of the input.</param>
/// <param name="Datatype">Never <see cref="DataType.TypeInvalid"/>.</param>
/// <param name="Dims">The shape of a request; null where the graph does not say how many dimensions there are, so that any fits.</param>
/// <param name="Reshape">The shape that the graph takes instead, of as many elements; null where it takes the request's.</param>
/// <param name="Optional">True where a request may leave the input out, and the graph's own default is taken.</param>
public sealed record InputSettings(string Name, DataType Datatype, IReadOnlyList<long>? Dims, IReadOnlyList<long>? Reshape, bool Optional)
{
    /// <summary>The shape that the graph takes.</summary>
    public IReadOnlyList<long>? GraphDims => Reshape ?? Dims;
}
