namespace Lake.Maintenance;

/// <summary>How far a job over a table is.</summary>
/// <param name="Step">What it is doing: <c>reading manifests</c>.</param>
/// <param name="Done">Things done of this step.</param>
/// <param name="Total">Things of this step.</param>
public readonly record struct MaintenanceProgress(string Step, long Done, long Total);
