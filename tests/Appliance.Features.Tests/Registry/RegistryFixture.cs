using Appliance.Features.Registry;
using FeatureModel.Definitions;
using FeatureModel.Definitions.Changes;
using TestKit;

namespace Appliance.Features.Tests.Registry;

/// <summary>A registry in a folder of its own, on a clock that stands still unless it is moved.</summary>
internal sealed class RegistryFixture : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public RegistryFixture() => Registry = Open();

    public ManualTime Time { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    public FeatureRegistry Registry { get; private set; }
    public RegistryState State => Registry.State;
    public string Folder => _folder.Path;

    /// <summary>The file of a revision.</summary>
    public string this[int revision] => _folder[$"{revision:D8}.json"];

    public RegistryResult Apply(FeatureDefinitions definitions, params ServedModel[] served) =>
        Registry.Apply(definitions, ApplyMode.Merge, new("ann", "because"), served);

    public RegistryResult Delete(DefinitionKind kind, string name, params ServedModel[] served) =>
        Registry.Delete(kind, name, new("bob", "no longer used"), served);

    /// <summary>Closes the registry, as a stop does.</summary>
    public void Close() => Registry.Dispose();

    public void Reopen()
    {
        Close();
        Registry = Open();
    }

    public void Dispose()
    {
        Close();
        _folder.Dispose();
    }

    private FeatureRegistry Open() => FeatureRegistry.Open(Folder, Time, DefinitionRules.Plain);
}
