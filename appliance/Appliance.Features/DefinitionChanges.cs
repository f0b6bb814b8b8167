using Appliance.Features.Reading;
using Appliance.Features.Registry;
using FeatureModel.Definitions;
using FeatureModel.Definitions.Changes;
using Microsoft.Extensions.Logging;

namespace Appliance.Features;

/// <summary>Changes of definitions that are in force when they are answered: the next event and the next request see them. Thread-safe.</summary>
public sealed partial class DefinitionChanges
{
    // Held while a catalog is compiled and put in force, so that none replaces a newer one.
    private readonly Lock _gate = new();
    private readonly FeatureRegistry _registry;
    private readonly CatalogHolder _catalog;
    private readonly ILogger _logger;

    internal DefinitionChanges(FeatureRegistry registry, CatalogHolder catalog, ILogger<DefinitionChanges> logger) => (_registry, _catalog, _logger) = (registry, catalog, logger);

    /// <inheritdoc cref="FeatureRegistry.Apply"/>
    public RegistryResult Apply(FeatureDefinitions definitions, ApplyMode mode, RegistryRequest request, IReadOnlyList<ServedModel> served)
    {
        var result = _registry.Apply(definitions, mode, request, served);
        TakeUp();
        return result;
    }

    /// <inheritdoc cref="FeatureRegistry.Delete"/>
    public RegistryResult Delete(DefinitionKind kind, string name, RegistryRequest request, IReadOnlyList<ServedModel> served)
    {
        var result = _registry.Delete(kind, name, request, served);
        TakeUp();
        return result;
    }

    private void TakeUp()
    {
        lock (_gate)
        {
            var state = _registry.State;
            if (state.Revision <= _catalog.Current.Revision) return;
            try
            {
                _catalog.Replace(CatalogBuilder.Build(state));
            }
            catch (Exception e)
            {
                // The registry took what cannot be compiled: a bug, which must not end the serving of what was there before.
                Log.NotServed(_logger, state.Revision, e);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.DefinitionsNotServed, LogLevel.Error, "Revision {Revision} of the definitions cannot be served; the one before is served on.")]
        public static partial void NotServed(ILogger logger, long revision, Exception reason);
    }
}
