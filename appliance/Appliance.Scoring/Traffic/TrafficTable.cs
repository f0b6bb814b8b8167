// Hot path: one look-up per request that names no version.
using Appliance.Inference.Lifecycle;

namespace Appliance.Scoring.Traffic;

/// <summary>
/// Who gets the requests that name no version: for each model one version, at 100 %. Readers take the current table without a lock.
/// A version that is ready and absent here serves only those who ask for it by number.
/// </summary>
public sealed class TrafficTable : IVersionRouter
{
    private volatile Dictionary<string, long> _routes = new(StringComparer.Ordinal);

    // Guards the replacement of _routes.
    private readonly Lock _gate = new();

    public long RoutedVersion(string model) => _routes.GetValueOrDefault(model);

    public long Route(string model, long version)
    {
        lock (_gate)
        {
            var before = RoutedVersion(model);
            if (before == version) return before;
            var routes = new Dictionary<string, long>(_routes, StringComparer.Ordinal);
            // A name with no route is not kept: names can come from callers, who may send any number of them.
            if (version == 0) routes.Remove(model);
            else routes[model] = version;
            _routes = routes;
            return before;
        }
    }
}
