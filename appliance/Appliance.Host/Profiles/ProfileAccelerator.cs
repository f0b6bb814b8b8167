namespace Appliance.Host.Profiles;

/// <summary>One kind of accelerator of a machine.</summary>
/// <param name="Provider">The execution provider that uses it.</param>
/// <param name="Model">As its maker calls it.</param>
/// <param name="MemoryMegabytes">Of one of them, in MiB; 0 where it is not known.</param>
internal sealed record ProfileAccelerator(string Provider, string Model, int Count, int MemoryMegabytes)
{
    public override string ToString() =>
        $"{Count} {Model}{(MemoryMegabytes > 0 ? $" with {MemoryMegabytes} MiB{(Count > 1 ? " each" : "")}" : "")}";
}
