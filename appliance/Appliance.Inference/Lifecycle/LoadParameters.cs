namespace Appliance.Inference.Lifecycle;

/// <summary>What a load call may bring along.</summary>
/// <param name="ConfigJson">A model configuration in JSON that replaces config.pbtxt for this load; null for none.</param>
/// <param name="Files">Files by "version/name" that replace the model's folder; they need <paramref name="ConfigJson"/>.</param>
public sealed record LoadParameters(string? ConfigJson, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Files)
{
    public static LoadParameters None { get; } = new(null, new Dictionary<string, ReadOnlyMemory<byte>>());
}
