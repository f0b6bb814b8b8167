using FeatureModel.Definitions;

namespace Appliance.Features.Registry;

/// <summary>A window that was added to a stream view after it began, and has not seen the events of its whole length from the start. Immutable.</summary>
/// <param name="Length">As the definition has it.</param>
/// <param name="WholeFrom">From then on it holds all that it should.</param>
public sealed record ViewWindow(FeatureReference Feature, string Length, DateTimeOffset WholeFrom)
{
    /// <summary>What somebody who adds it should know.</summary>
    public override string ToString() =>
        $"feature-view {Feature.View}: feature '{Feature.Feature}' was added to a view that counts already, so its window of {Length} lacks what happened before and is whole from {WholeFrom.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'} on; "
        + "a backfill cannot fill it: where it must be whole at once, declare it in a view of its own and backfill that";
}
