using System.Diagnostics.CodeAnalysis;
using Appliance.Inference.Batching;
using Appliance.Inference.Onnx;

namespace Appliance.Host.Profiles;

/// <summary>Turns the setting into the profile that is in force. Measures the machine where it is asked to and has not before. Stateless.</summary>
/// <param name="measure">The measurement; another one in tests.</param>
internal sealed class ProfileResolver(TopologyReader topology, Func<int, CancellationToken, CalibrationResult> measure)
{
    /// <summary>A measurement takes under a second. Past this the machine is so busy that it would say nothing.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    public static ProfileResolver OfThisMachine => new(TopologyReader.OfThisMachine, MachineCalibration.Measure);

    /// <param name="profile">The setting; not empty.</param>
    /// <param name="stateFolder">Where a measurement is kept; empty for nowhere.</param>
    public bool TryResolve(string profile, string stateFolder, [NotNullWhen(true)] out ProfileChoice? choice, out IReadOnlyList<string> errors)
    {
        choice = null;
        if (profile == ProfileCatalog.Auto)
        {
            errors = [];
            choice = Auto(stateFolder);
            return true;
        }
        if (!ProfileCatalog.TryRead(profile, out var read, out errors)) return false;
        choice = new ProfileChoice(read, profile, [read.Description, .. Misfits(read)]);
        return true;
    }

    /// <summary>What the machine has less of than the profile is made for; empty where the profile fits.</summary>
    public IReadOnlyList<string> Misfits(HardwareProfile profile) => Misfits(profile, topology.Read());

    private static List<string> Misfits(HardwareProfile profile, MachineTopology machine)
    {
        var misfits = new List<string>();
        if (profile.Cores > machine.Cores) misfits.Add($"cores is {profile.Cores}; this machine has {machine.Cores} ({machine.CoresFrom})");
        if (profile.ProcessMegabytes > machine.MemoryMegabytes)
        {
            misfits.Add($"memory.processMegabytes is {profile.ProcessMegabytes}; this machine has {machine.MemoryMegabytes} ({machine.MemoryFrom})");
        }
        foreach (var wanted in profile.Accelerators.Where(w => !machine.Accelerators.Any(a => a.Provider == w.Provider && a.Count >= w.Count)))
        {
            misfits.Add($"accelerators has {wanted}; this machine has {(machine.Accelerators.Count > 0 ? string.Join(", ", machine.Accelerators) : "none")}");
        }
        return misfits;
    }

    private ProfileChoice Auto(string stateFolder)
    {
        var machine = topology.Read();
        var file = new CalibrationFile(stateFolder, ServerIdentity.Version);
        var calibration = file.Read(machine.Key, out var reason);
        var how = "measured before on this machine";
        if (calibration is null)
        {
            calibration = Measure(machine.Cores, out how);
            how = $"{how}, as {reason}";
            if (calibration is not null && file.Write(machine.Key, calibration) is { } failure) how += $"; it could not be kept: {failure}";
        }
        var (profile, reasons) = AutoProfilePolicy.Choose(machine, calibration, [.. ExecutionProviders.Known.Where(ExecutionProviders.InBuild)]);
        return new ProfileChoice(profile, ProfileCatalog.Auto, [.. reasons, $"calibration: {how}"]);
    }

    private CalibrationResult? Measure(int cores, out string how)
    {
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            how = "measured now";
            return measure(cores, limit.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or InferenceFaultException)
        {
            how = e is OperationCanceledException ? $"not measured within {Limit.TotalSeconds:F0} s" : $"could not be measured: {e.Message}";
            return null;
        }
    }
}
