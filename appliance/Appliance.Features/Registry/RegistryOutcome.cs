namespace Appliance.Features.Registry;

/// <summary>How a change of the registry ended. Only Applied changed anything.</summary>
public enum RegistryOutcome
{
    /// <summary>The change is on the disk and in the state.</summary>
    Applied,

    /// <summary>Everything means what it meant before.</summary>
    Unchanged,

    /// <summary>The definitions, the author or the reason break a rule; the errors say which.</summary>
    Invalid,

    /// <summary>Served models would break; the verdicts name them.</summary>
    Breaking,

    /// <summary>The registry is at another revision than the caller expected.</summary>
    Conflict,

    /// <summary>There is no object of that kind and name.</summary>
    NotFound,

    /// <summary>The disk refused; the registry is as it was.</summary>
    StorageFailed,
}
