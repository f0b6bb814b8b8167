namespace Appliance.Features.Registry;

/// <summary>How a change ended.</summary>
/// <param name="Plan">What it did, or would have done.</param>
/// <param name="Message">One line for the caller.</param>
/// <param name="State">The registry afterwards.</param>
public sealed record RegistryResult(RegistryOutcome Outcome, RegistryPlan Plan, string Message, RegistryState State)
{
    public bool Succeeded => Outcome is RegistryOutcome.Applied or RegistryOutcome.Unchanged;
}
