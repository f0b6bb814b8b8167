using Contracts.Inference;

namespace Appliance.Inference.Repository;

/// <summary>
/// An output of a model as responses carry it, and as the graph gives it. Shapes leave the batch dimension out; -1 is any size.
/// </summary>
/// <param name="Name">The graph's own name of the output.</param>
/// <param name="Datatype">Never <see cref="DataType.TypeInvalid"/>.</param>
/// <param name="Dims">The shape of a response; null where the graph does not say how many dimensions there are.</param>
/// <param name="Reshape">The shape that the graph gives instead, of as many elements; null where it gives the response's.</param>
/// <param name="LabelFile">The file of class names, a line each, relative to the model folder; null where there is none.</param>
public sealed record OutputSettings(string Name, DataType Datatype, IReadOnlyList<long>? Dims, IReadOnlyList<long>? Reshape,
    string? LabelFile)
{
    /// <summary>The shape that the graph gives.</summary>
    public IReadOnlyList<long>? GraphDims => Reshape ?? Dims;
}
