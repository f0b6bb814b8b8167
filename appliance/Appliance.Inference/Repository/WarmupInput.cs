using Contracts.Inference;

namespace Appliance.Inference.Repository;

/// <summary>One input of a warm-up request.</summary>
/// <param name="Name">The model's name of the input.</param>
/// <param name="Datatype">Never <see cref="DataType.TypeInvalid"/>.</param>
/// <param name="Dims">The shape of one row, without -1.</param>
/// <param name="Content">Where the values come from.</param>
/// <param name="File">
/// For <see cref="WarmupContent.File"/>, the file of one row's raw values, relative to the model folder; it is at least as long as they
/// are.
/// </param>
public sealed record WarmupInput(string Name, DataType Datatype, IReadOnlyList<long> Dims, WarmupContent Content, string? File);
