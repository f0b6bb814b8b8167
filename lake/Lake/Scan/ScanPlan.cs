namespace Lake.Scan;

/// <summary>What a scan will read, and what it need not. Immutable.</summary>
/// <param name="Tasks">The files.</param>
/// <param name="ManifestsRead">Manifests that were read.</param>
/// <param name="ManifestsSkipped">Manifests left out by their partitions.</param>
/// <param name="FilesSkipped">Data files of the read manifests left out by partition, counts or bounds.</param>
public sealed record ScanPlan(IReadOnlyList<FileScanTask> Tasks, int ManifestsRead, int ManifestsSkipped, int FilesSkipped);
