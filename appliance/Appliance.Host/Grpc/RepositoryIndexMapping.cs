using Appliance.Inference.Lifecycle;
using Contracts.Inference;

namespace Appliance.Host.Grpc;

/// <summary>The versions of the repository as the protocol's index shows them.</summary>
internal static class RepositoryIndexMapping
{
    public static IEnumerable<RepositoryIndexResponse.Types.ModelIndex> Entries(IEnumerable<ModelVersionStatus> versions, bool readyOnly) =>
        versions.Where(v => !readyOnly || v.State == ModelState.Ready).Select(ToWire);

    private static RepositoryIndexResponse.Types.ModelIndex ToWire(ModelVersionStatus v) => new()
    {
        Name = v.Model,
        // A model that has no version yet is listed by its name alone.
        Version = v.Version == 0 || v.State == ModelState.Discovered ? "" : v.Version.ToString(System.Globalization.CultureInfo.InvariantCulture),
        State = StateOf(v.State),
        Reason = v.Reason,
    };

    /// <summary>The index knows five words; a version that nobody has asked for has none of them.</summary>
    internal static string StateOf(ModelState state) => state switch
    {
        ModelState.Discovered => "",
        ModelState.Loading or ModelState.Warming => "LOADING",
        ModelState.Ready => "READY",
        ModelState.Draining => "UNLOADING",
        ModelState.Unloaded or ModelState.Failed => "UNAVAILABLE",
        _ => "UNKNOWN",
    };
}
