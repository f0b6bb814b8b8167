namespace Appliance.Features.Reading;

/// <summary>Where the values of a view come from.</summary>
public enum ViewKind : byte
{
    /// <summary>Whole rows, as they were pushed.</summary>
    Batch,

    /// <summary>Windows over events, kept as panes.</summary>
    Stream,

    /// <summary>Expressions over other views and the request.</summary>
    OnDemand,
}
