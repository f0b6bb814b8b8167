using FeatureModel.PointInTime;

namespace Appliance.Features.Verification;

/// <summary>What came in of one entity for one view, in order of arrival. Filled by one thread, then read.</summary>
internal sealed class EntityHistory
{
    /// <summary>What the loop applies.</summary>
    public List<HistoryEvent> Events { get; } = [];

    /// <summary>What it refuses by the definitions of now; those of then may have taken it.</summary>
    public List<RefusedEvent> Refused { get; } = [];
}
