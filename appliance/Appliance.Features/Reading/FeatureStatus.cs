namespace Appliance.Features.Reading;

/// <summary>What became of one feature of one entity. The numbers are those of Feast's <c>FieldStatus</c>.</summary>
public enum FeatureStatus : byte
{
    Invalid = 0,
    Present = 1,

    /// <summary>The entity has a row, which holds no value for this feature.</summary>
    NullValue = 2,

    /// <summary>The store has no row for the entity.</summary>
    NotFound = 3,

    /// <summary>The row is older than the view's TTL; the value is given all the same, as Feast gives it.</summary>
    OutsideMaxAge = 4,
}
