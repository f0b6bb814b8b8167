using Lake.Catalog;

namespace Lake.Maintenance;

/// <summary>What a table has in a tier, all snapshots taken together. Immutable.</summary>
/// <param name="Table">The table.</param>
/// <param name="Tier">The tier's name.</param>
/// <param name="Files">Data and delete files, those of older snapshots among them.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="CurrentFiles">Those that the current snapshot has.</param>
/// <param name="CurrentBytes">Their bytes.</param>
/// <param name="PricePerMonth">What all of them cost a month, by the tier's price.</param>
public sealed record TierCost(TableName Table, string Tier, long Files, long Bytes, long CurrentFiles, long CurrentBytes, decimal PricePerMonth);
