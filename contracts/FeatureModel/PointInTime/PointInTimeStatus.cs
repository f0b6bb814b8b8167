namespace FeatureModel.PointInTime;

/// <summary>What an entity has in a view at a moment.</summary>
public enum PointInTimeStatus : byte
{
    /// <summary>Nothing: all values are null.</summary>
    NotFound,

    Present,

    /// <summary>Something that is older than the view's TTL.</summary>
    OutsideMaxAge,
}
