using Appliance.Host.Cli.Files;
using FeatureModel.Definitions;

namespace Appliance.Host.Cli.Events;

/// <summary>Asks a running appliance what is declared, in whatever protocol the command speaks with it.</summary>
internal interface IRegistryClient
{
    /// <summary>The names of a kind's objects.</summary>
    /// <exception cref="InputException">The appliance cannot be asked.</exception>
    Task<IReadOnlyList<string>> NamesAsync(DefinitionKind kind, CancellationToken cancellation);

    /// <summary>What is in force of an object's versions.</summary>
    /// <exception cref="InputException">There is none of that name, or the appliance cannot be asked.</exception>
    Task<NamedDefinition> FindAsync(DefinitionKind kind, string name, CancellationToken cancellation);
}
