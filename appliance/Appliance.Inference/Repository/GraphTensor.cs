using Contracts.Inference;

namespace Appliance.Inference.Repository;

/// <summary>An input or output as the graph declares it.</summary>
/// <param name="Name">Its name in the graph.</param>
/// <param name="Datatype"><see cref="DataType.TypeInvalid"/> where the protocol cannot carry what the graph declares.</param>
/// <param name="Shape">All dimensions, -1 for any size; null where the graph does not say how many there are.</param>
/// <param name="DimNames">The graph's symbols of its dimensions, null where one has none; as long as the shape.</param>
/// <param name="HasDefault">True for an input that an initializer of the graph gives a value, which a request may replace.</param>
public sealed record GraphTensor(string Name, DataType Datatype, long[]? Shape, string?[] DimNames, bool HasDefault);
