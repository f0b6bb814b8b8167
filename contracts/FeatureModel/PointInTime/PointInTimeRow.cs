using FeatureModel.Values;

namespace FeatureModel.PointInTime;

/// <summary>A view's features of one entity at a moment. Immutable: nobody changes the values.</summary>
/// <param name="Status">What there is.</param>
/// <param name="EventTime">Of the row, or of the newest event that counts for any feature; 0 where there is nothing.</param>
/// <param name="Values">In the view's order.</param>
public sealed record PointInTimeRow(PointInTimeStatus Status, long EventTime, FeatureValue[] Values);
