namespace Appliance.Features.Reading;

/// <summary>A row that was read from the store.</summary>
/// <param name="Layout">Of a batch view's row: where its values lie.</param>
/// <param name="Panes">Of a stream view's row: what its panes hold. Both are null where there is no row, or none that can be read.</param>
/// <param name="EventTime">Microseconds since 1970; 0 where there is no row.</param>
/// <param name="Offset">Where its bytes lie in their block.</param>
/// <param name="Length">How many they are.</param>
/// <param name="Status">Present, OutsideMaxAge or NotFound.</param>
public readonly record struct StoredRow(ServedLayout? Layout, ServedPanes? Panes, long EventTime, int Offset, int Length, FeatureStatus Status);
