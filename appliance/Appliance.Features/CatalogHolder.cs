using Appliance.Features.Reading;

namespace Appliance.Features;

/// <summary>The catalog that is served now. Readers take it once a request; it is replaced as a whole. Thread-safe.</summary>
public sealed class CatalogHolder
{
    private volatile FeatureCatalog _current = FeatureCatalog.Empty;

    public FeatureCatalog Current => _current;

    /// <summary>Serves another catalog from the next request and the next event on.</summary>
    public void Replace(FeatureCatalog catalog) => _current = catalog;
}
