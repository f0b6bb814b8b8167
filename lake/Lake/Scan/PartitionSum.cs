namespace Lake.Scan;

/// <summary>What the files of one partition add up to. Immutable.</summary>
/// <param name="Partition">As people read it; empty for an unpartitioned table.</param>
/// <param name="SpecId">The spec of its values.</param>
/// <param name="Rows">Rows of its data files, those that delete files name among them.</param>
/// <param name="Files">Data files.</param>
/// <param name="DeleteFiles">Delete files.</param>
/// <param name="Bytes">Of both.</param>
public sealed record PartitionSum(string Partition, int SpecId, long Rows, long Files, long DeleteFiles, long Bytes);
