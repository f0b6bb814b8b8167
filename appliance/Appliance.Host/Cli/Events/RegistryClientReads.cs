using FeatureModel.Definitions;

namespace Appliance.Host.Cli.Events;

/// <summary>What is read of a registry by its kind. Stateless.</summary>
internal static class RegistryClientReads
{
    public static async Task<EntityDefinition> EntityAsync(this IRegistryClient registry, string name, CancellationToken cancellation) =>
        (EntityDefinition)await registry.FindAsync(DefinitionKind.Entity, name, cancellation);

    public static async Task<SourceDefinition> SourceAsync(this IRegistryClient registry, string name, CancellationToken cancellation) =>
        (SourceDefinition)await registry.FindAsync(DefinitionKind.Source, name, cancellation);

    public static async Task<FeatureViewDefinition> ViewAsync(this IRegistryClient registry, string name, CancellationToken cancellation) =>
        (FeatureViewDefinition)await registry.FindAsync(DefinitionKind.FeatureView, name, cancellation);

    /// <summary>What is in force of all objects of a kind.</summary>
    public static async Task<IReadOnlyList<NamedDefinition>> AllAsync(this IRegistryClient registry, DefinitionKind kind, CancellationToken cancellation)
    {
        var all = new List<NamedDefinition>();
        foreach (var name in await registry.NamesAsync(kind, cancellation)) all.Add(await registry.FindAsync(kind, name, cancellation));
        return all;
    }
}
