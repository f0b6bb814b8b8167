namespace Appliance.Features.Ingest;

/// <summary>What became of an event.</summary>
public enum IngestOutcome : byte
{
    /// <summary>Every view that it concerns has it.</summary>
    Applied,

    /// <summary>It can never be applied; it went to the dead letters with the reason.</summary>
    Refused,

    /// <summary>The store takes no writes at the moment; the event is to be tried again.</summary>
    Blocked,

    /// <summary>It is of a source of the appliance's own, which concerns no view.</summary>
    PassedOver,
}
