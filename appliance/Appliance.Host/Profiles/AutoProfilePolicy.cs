using System.Globalization;
using Appliance.Inference.Onnx;

namespace Appliance.Host.Profiles;

/// <summary>Makes the hardware profile of a machine from what it is and what was measured on it, and says why each number is as it is. Pure.</summary>
internal static class AutoProfilePolicy
{
    /// <summary>What all cores in one call must win by before it is preferred: below it the next measurement may say the opposite.</summary>
    private const double ClearlyFaster = 1.15;

    /// <summary>A row in the chosen batch costs at most this much more than in the best one.</summary>
    private const double NearBest = 1.1;

    // The bounds within which a measured batch is believed: the network that is measured is small, and a model that callers bring need not be.
    private const int LeastRows = 32, MostRows = 512;

    // The defaults, which two cores were measured for: 4,096 waiting and 16,384 inside.
    private const int QueuedPerCore = 2048, InsidePerCore = 8192;

    private const int DefaultStoreMegabytes = 512;

    /// <param name="calibration">Null where nothing could be measured.</param>
    /// <param name="providers">The execution providers of this build, best first.</param>
    public static (HardwareProfile Profile, IReadOnlyList<string> Reasons) Choose(MachineTopology machine, CalibrationResult? calibration, IReadOnlyList<string> providers)
    {
        var reasons = new List<string> { $"the machine: {machine}" };
        var gpus = machine.Accelerators.Where(a => providers.Contains(a.Provider)).ToArray();
        foreach (var unused in machine.Accelerators.Except(gpus))
        {
            reasons.Add($"{unused} is not used: {ExecutionProviders.Problem([unused.Provider]) ?? "its provider is not wanted"}");
        }
        var (intraOp, instances) = Threads(machine, calibration, reasons);
        var numbers = new Dictionary<string, long>
        {
            [ProfileFields.Cores.Path] = machine.Cores,
            [ProfileFields.IntraOp.Path] = intraOp,
            [ProfileFields.Instances.Path] = instances,
            [ProfileFields.Load.Path] = Math.Clamp(machine.Cores, 1, 4),
            [ProfileFields.ProcessMegabytes.Path] = Math.Max(ProfileFields.ProcessMegabytes.Least, (long)(machine.MemoryMegabytes * 0.9)),
            [ProfileFields.FeatureStoreMegabytes.Path] = Math.Clamp(machine.MemoryMegabytes / 8, ProfileFields.FeatureStoreMegabytes.Least, DefaultStoreMegabytes),
            [ProfileFields.MaxRows.Path] = MaxRows(calibration, gpus.Length > 0, reasons),
            [ProfileFields.MaxRequests.Path] = Math.Clamp(QueuedPerCore * machine.Cores, 4096, 65_536),
            [ProfileFields.MaxConcurrentRequests.Path] = Math.Clamp(InsidePerCore * machine.Cores, 16_384, 262_144),
        };
        if (gpus.Length > 0 && gpus.Min(g => g.MemoryMegabytes) is > 0 and var memory) numbers[ProfileFields.AcceleratorMegabytes.Path] = Math.Max(ProfileFields.AcceleratorMegabytes.Least, memory * 9L / 10);
        reasons.Add($"memory: {numbers[ProfileFields.ProcessMegabytes.Path]} MiB for the process, nine tenths of {machine.MemoryMegabytes}; {numbers[ProfileFields.FeatureStoreMegabytes.Path]} MiB of it for stored features");
        reasons.Add($"queues: {QueuedPerCore} requests a core wait for a version at most, {InsidePerCore} a core are inside at most, within fixed bounds");
        string[] order = gpus.Length > 0 ? [.. gpus.Select(g => g.Provider).Distinct(), ExecutionProviders.Cpu] : [ExecutionProviders.Cpu];
        return (new HardwareProfile(ProfileCatalog.Auto, machine.ToString(), gpus, order, numbers), reasons);
    }

    private static (int IntraOp, int Instances) Threads(MachineTopology machine, CalibrationResult? calibration, List<string> reasons)
    {
        var instances = (int)Math.Min(machine.Cores, ProfileFields.Instances.Most);
        if (calibration is null || machine.Cores == 1)
        {
            reasons.Add($"threads: one within an operator and {instances} calls at once, as {(calibration is null ? "nothing could be measured" : "there is one core")}");
            return (1, instances);
        }
        var measured = string.Create(CultureInfo.InvariantCulture,
            $"{calibration.SideBySideRowsPerSecond:F0} rows a second by {machine.Cores} callers side by side, {calibration.OneCallerRowsPerSecond:F0} by one caller on all cores");
        if (calibration.OneCallerRowsPerSecond <= calibration.SideBySideRowsPerSecond * ClearlyFaster)
        {
            reasons.Add($"threads: one within an operator and {instances} calls at once, as measured: {measured}");
            return (1, instances);
        }
        reasons.Add($"threads: {machine.Cores} within an operator and one call at once, as measured: {measured}");
        return ((int)Math.Min(machine.Cores, ProfileFields.IntraOp.Most), 1);
    }

    private static int MaxRows(CalibrationResult? calibration, bool hasGpu, List<string> reasons)
    {
        if (calibration is null || hasGpu)
        {
            var rows = hasGpu ? 256 : 128;
            reasons.Add($"batches: {rows} rows at most, {(hasGpu ? "a usual size for accelerators, which is not measured here" : "the default, as nothing could be measured")}");
            return rows;
        }
        var best = calibration.MicrosecondsPerRow.Values.Min();
        var (knee, cost) = calibration.MicrosecondsPerRow.OrderBy(b => b.Key).First(b => b.Value <= best * NearBest);
        var chosen = Math.Clamp(knee, LeastRows, MostRows);
        reasons.Add(string.Create(CultureInfo.InvariantCulture,
            $"batches: {chosen} rows at most; a row takes {calibration.SingleMicroseconds:F2} us alone, {cost:F2} us among {knee} and {best:F2} us at best{(chosen == knee ? "" : $"; never outside {LeastRows} to {MostRows}")}"));
        return chosen;
    }
}
