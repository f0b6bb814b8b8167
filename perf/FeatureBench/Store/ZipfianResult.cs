namespace FeatureBench.Store;

/// <summary>Reads a second, latencies in microseconds, and the share of reads that the disk answered.</summary>
internal sealed record ZipfianResult(double Rate, double P50, double P99, double P999, double Longest, double DiskShare);
