namespace Appliance.Features.Reading;

/// <summary>A row that was read from the store.</summary>
/// <param name="Layout">How its bytes are laid out; null for a row of panes, and where there is no row.</param>
/// <param name="EventTime">Microseconds since 1970; 0 where there is no row.</param>
/// <param name="Offset">Where its bytes lie in their block.</param>
/// <param name="Length">How many they are.</param>
/// <param name="Status">Present, OutsideMaxAge or NotFound.</param>
public readonly record struct StoredRow(ServedLayout? Layout, long EventTime, int Offset, int Length, FeatureStatus Status);
