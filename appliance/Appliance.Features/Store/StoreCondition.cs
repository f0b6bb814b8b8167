namespace Appliance.Features.Store;

/// <summary>What the store's disk can do. Immutable; the newest is read without a lock.</summary>
/// <param name="Status">Applied when writes are taken, else what they are refused with.</param>
/// <param name="Permanent">Whether only a restart helps: data that could not be synced may be gone from the system's memory too.</param>
/// <param name="Reason">Empty when writes are taken.</param>
public sealed record StoreCondition(StoreStatus Status, bool Permanent, string Reason)
{
    internal static readonly StoreCondition Sound = new(StoreStatus.Applied, false, "");

    internal static StoreCondition Of(IOException fault, string what, bool permanent)
    {
        // ENOSPC and EDQUOT as .NET gives them on Linux: the plain errno, or a HRESULT that ends with it.
        var full = (fault.HResult & 0xFFFF) is 28 or 122 or 0x70;
        return new(full ? StoreStatus.DiskFull : StoreStatus.DiskFailed, permanent, $"{what}: {fault.Message}");
    }
}
