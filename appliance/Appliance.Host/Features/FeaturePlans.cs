// Hot path: once per request; a list of features that came before costs one look-up.
using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.IO.Hashing;
using Appliance.Features;
using Appliance.Features.Reading;
using Appliance.Host.Grpc.Feast;
using Appliance.Host.Rest.Features;
using FeatureModel;
using FeatureModel.Definitions;

namespace Appliance.Host.Features;

/// <summary>Compiled plans by the features that were asked for, of the definitions that are served now. Thread-safe.</summary>
internal sealed class FeaturePlans(FeaturePlatform platform)
{
    /// <summary>Plans remembered at most; callers ask for few lists, and a caller that asks for a new one each time must not fill the memory.</summary>
    private const int Most = 1024;

    private volatile Plans _plans = new(-1);

    /// <summary>The plan of a selection as it stands in a request; false with the reason.</summary>
    /// <param name="selection">Bytes that say which features, the same for the same list.</param>
    /// <param name="isService">Whether they name a feature service.</param>
    /// <param name="references">Makes names of them, when there is no plan yet.</param>
    public bool TryGet(
        ReadOnlySpan<byte> selection, bool isService, Func<string[]> references, [NotNullWhen(true)] out PlannedFeatures? plan, [NotNullWhen(false)] out string? error)
    {
        var catalog = platform.Catalog.Current;
        var plans = _plans;
        // Other definitions, other plans.
        if (plans.Revision != catalog.Revision) _plans = plans = new Plans(catalog.Revision);
        var key = (XxHash128.HashToUInt128(selection), isService);
        error = null;
        if (plans.Known.TryGetValue(key, out plan)) return true;
        var names = references();
        if (isService)
        {
            if (!TryService(catalog, names[0], out var service, out error)) return false;
            names = [.. service.References];
        }
        if (!FeatureReadPlan.TryCreate(catalog, names, "features", out var compiled, out error)) return false;
        plan = new PlannedFeatures(
            compiled, new OnlineFeaturesHeader(compiled), new FeatureNames(compiled), platform.Reads.CountersOf(compiled), FloatColumns.Of(compiled), EntityColumns(catalog, compiled));
        if (plans.Known.Count < Most) plans.Known.TryAdd(key, plan);
        return true;
    }

    private static FrozenSet<string> EntityColumns(FeatureCatalog catalog, FeatureReadPlan plan) =>
        catalog.JoinKeys.Except(plan.Required.Where(r => !r.IsKey).Select(r => r.Name)).ToFrozenSet(StringComparer.Ordinal);

    private static bool TryService(FeatureCatalog catalog, string name, [NotNullWhen(true)] out ServedService? service, [NotNullWhen(false)] out string? error)
    {
        error = null;
        if (!catalog.TryFindService(name, FeatureCatalog.Latest, out service))
        {
            error = $"feature service is '{name}'; there is none of that name{NearNames.Hint(name, [.. catalog.ServiceNames])}";
        }
        else if (service.Problem is not null)
        {
            error = $"feature service '{name}' cannot be read: {service.Problem}";
        }
        return error is null;
    }

    private sealed record Plans(long Revision)
    {
        public ConcurrentDictionary<(UInt128, bool), PlannedFeatures> Known { get; } = new();
    }
}
