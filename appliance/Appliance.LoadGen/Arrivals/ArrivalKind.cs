namespace Appliance.LoadGen.Arrivals;

/// <summary>How requests are spread over time at a given rate.</summary>
public enum ArrivalKind
{
    /// <summary>Independent callers: exponential gaps, so bursts and pauses come by themselves.</summary>
    Poisson,

    /// <summary>One request every 1/rate seconds.</summary>
    Constant,
}
