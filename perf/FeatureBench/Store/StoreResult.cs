namespace FeatureBench.Store;

/// <summary>Everything that the verb measured, as it is written to the JSON file.</summary>
internal sealed record StoreResult(long Keys, PointReadResult PointReads, double Gather100Micros, double RecoverySeconds, ZipfianResult InMemory, ZipfianResult FourTimesMemory);
