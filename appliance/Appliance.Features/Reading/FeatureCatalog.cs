using System.Diagnostics.CodeAnalysis;
using Appliance.Features.Ingest;

namespace Appliance.Features.Reading;

/// <summary>Every view and service as served at one state of the registry. Immutable; replaced as a whole when definitions change.</summary>
public sealed class FeatureCatalog
{
    private readonly Dictionary<string, ServedView> _views;
    private readonly Dictionary<string, ServedService> _services;
    private readonly Dictionary<string, SourceRoute> _sources;

    public FeatureCatalog(long revision, IEnumerable<ServedView> views, IEnumerable<ServedService> services, IEnumerable<SourceRoute> sources)
    {
        _sources = sources.ToDictionary(s => s.Schema.Name, StringComparer.Ordinal);
        Revision = revision;
        _views = views.ToDictionary(v => v.Name, StringComparer.Ordinal);
        _services = services.ToDictionary(s => s.Name, StringComparer.Ordinal);
    }

    /// <summary>Nothing is declared.</summary>
    public static FeatureCatalog Empty { get; } = new(0, [], [], []);

    /// <summary>The registry's revision that this state is of.</summary>
    public long Revision { get; }

    public IReadOnlyCollection<ServedView> Views => _views.Values;

    public IEnumerable<string> ViewNames => _views.Keys;

    public IEnumerable<string> ServiceNames => _services.Keys;

    public IEnumerable<string> SourceNames => _sources.Keys;

    public bool TryFindSource(string name, [NotNullWhen(true)] out SourceRoute? source) => _sources.TryGetValue(name, out source);

    public bool TryFindView(string name, [NotNullWhen(true)] out ServedView? view) => _views.TryGetValue(name, out view);

    public bool TryFindService(string name, [NotNullWhen(true)] out ServedService? service) => _services.TryGetValue(name, out service);
}
