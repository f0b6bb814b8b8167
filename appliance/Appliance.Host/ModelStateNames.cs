using System.Diagnostics;
using Appliance.Inference.Lifecycle;

namespace Appliance.Host;

/// <summary>The words in which a version's state is shown, on every transport alike.</summary>
internal static class ModelStateNames
{
    public static string Name(this ModelState state) => state switch
    {
        ModelState.Discovered => "DISCOVERED",
        ModelState.Loading => "LOADING",
        ModelState.Warming => "WARMING",
        ModelState.Ready => "READY",
        ModelState.Draining => "DRAINING",
        ModelState.Unloaded => "UNLOADED",
        ModelState.Failed => "FAILED",
        _ => throw new UnreachableException($"no word for {state}"),
    };
}
