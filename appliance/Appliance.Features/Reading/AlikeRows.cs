namespace Appliance.Features.Reading;

/// <summary>The rows of one view in a block, where all of them have one layout and one status and lie one behind the other.</summary>
/// <param name="Layout">Where their values lie.</param>
/// <param name="Status">Present or OutsideMaxAge.</param>
/// <param name="Offset">Where the first one's bytes lie in the block.</param>
/// <param name="Stride">Bytes from one to the next.</param>
public readonly record struct AlikeRows(ServedLayout Layout, FeatureStatus Status, int Offset, int Stride);
