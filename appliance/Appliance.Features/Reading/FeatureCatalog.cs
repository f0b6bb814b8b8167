using System.Diagnostics.CodeAnalysis;
using Appliance.Features.Ingest;

namespace Appliance.Features.Reading;

/// <summary>Every view and service as served at one state of the registry. Immutable; replaced as a whole when definitions change.</summary>
public sealed class FeatureCatalog
{
    private readonly Dictionary<string, ServedView> _views;
    private readonly Dictionary<uint, ServedView> _stored;
    private readonly Dictionary<(string Name, int Version), ServedService> _services;
    private readonly Dictionary<string, SourceRoute> _sources;

    public FeatureCatalog(long revision, IEnumerable<ServedView> views, IEnumerable<ServedService> services, IEnumerable<SourceRoute> sources)
    {
        Revision = revision;
        _sources = sources.ToDictionary(s => s.Schema.Name, StringComparer.Ordinal);
        _views = views.ToDictionary(v => v.Name, StringComparer.Ordinal);
        _stored = _views.Values.Where(v => v.Kind != ViewKind.OnDemand).ToDictionary(v => v.Number);
        _services = services.ToDictionary(s => (s.Name, s.Version));
        foreach (var service in _services.Values.GroupBy(s => s.Name).Select(g => g.MaxBy(s => s.Version)!).ToList()) _services[(service.Name, Latest)] = service;
    }

    /// <summary>Stands for the latest version of a service.</summary>
    public const int Latest = 0;

    /// <summary>Nothing is declared.</summary>
    public static FeatureCatalog Empty { get; } = new(0, [], [], []);

    /// <summary>The registry's revision that this state is of.</summary>
    public long Revision { get; }

    /// <summary>The columns that identify any entity that is declared, with views or without.</summary>
    public IReadOnlyCollection<string> JoinKeys { get; init; } = [];

    public IReadOnlyCollection<ServedView> Views => _views.Values;

    public IEnumerable<string> ViewNames => _views.Keys;

    public IEnumerable<string> ServiceNames => _services.Keys.Select(k => k.Name).Distinct();

    public IEnumerable<string> SourceNames => _sources.Keys;

    public bool TryFindSource(string name, [NotNullWhen(true)] out SourceRoute? source) => _sources.TryGetValue(name, out source);

    public bool TryFindView(string name, [NotNullWhen(true)] out ServedView? view) => _views.TryGetValue(name, out view);

    /// <summary>The view whose rows have that number in their keys.</summary>
    public bool TryFindView(uint number, [NotNullWhen(true)] out ServedView? view) => _stored.TryGetValue(number, out view);

    /// <summary>A version of a service, <see cref="Latest"/> for its newest.</summary>
    public bool TryFindService(string name, int version, [NotNullWhen(true)] out ServedService? service) => _services.TryGetValue((name, version), out service);
}
