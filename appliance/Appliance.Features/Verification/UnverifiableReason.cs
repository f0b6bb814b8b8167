namespace Appliance.Features.Verification;

/// <summary>Why a served value can be neither confirmed nor called wrong: a closed set, in words in reports.</summary>
public enum UnverifiableReason : byte
{
    /// <summary>The caller gave the value.</summary>
    Given,

    /// <summary>The definition, or its source's, is younger than an event that counts, or was changed since the read.</summary>
    DefinitionChanged,

    /// <summary>The feature, or what it is computed from, is in no definition of that time.</summary>
    DefinitionGone,

    /// <summary>The journal's oldest record is younger than what would have to be known.</summary>
    HistoryBegins,

    /// <summary>Records of the journal are damaged or missing.</summary>
    HistoryDamaged,

    /// <summary>The row was past twice its TTL, when it may be removed, before the read.</summary>
    RowExpired,

    /// <summary>The sampled entities have more events than a replay keeps in memory.</summary>
    TooManyEvents,

    /// <summary>So many events of the entity were applied during the read that the states it may have seen are more than are compared.</summary>
    TooManyStates,
}
