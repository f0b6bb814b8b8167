namespace Appliance.Host.Profiles;

/// <summary>What a machine lets this process use. Immutable.</summary>
/// <param name="Cores">Threads of the process that may run at once: the affinity mask and the control group's quota, whichever is less.</param>
/// <param name="CoresFrom">What the number of cores is bounded by, for people.</param>
/// <param name="MemoryMegabytes">MiB that the process may take: the machine's or the control group's, whichever is less.</param>
/// <param name="MemoryFrom">What the memory is bounded by, for people.</param>
/// <param name="CpuModel">As the kernel names the processor; empty where it does not.</param>
internal sealed record MachineTopology(
    int Cores, string CoresFrom, int MemoryMegabytes, string MemoryFrom, string CpuModel, IReadOnlyList<ProfileAccelerator> Accelerators)
{
    /// <summary>All facts that a calibration depends on; a machine with another text is another machine.</summary>
    public string Key => $"{CpuModel}; {Cores} cores; {MemoryMegabytes} MiB; {string.Join(", ", Accelerators)}";

    public override string ToString() =>
        $"{Cores} cores ({CoresFrom}), {MemoryMegabytes} MiB ({MemoryFrom}), {(CpuModel.Length > 0 ? CpuModel : "processor of unknown model")}, {(Accelerators.Count > 0 ? string.Join(", ", Accelerators) : "no accelerator")}";
}
