using System.Runtime.InteropServices;
using System.Text;

namespace Appliance.Host.Profiles;

/// <summary>NVIDIA's management library, which comes with the driver: names and memory of the devices. Loaded only when it is asked, for it is not on every machine.</summary>
internal static unsafe class Nvml
{
    public const string Library = "libnvidia-ml.so.1";

    // nvml.h: NVML_SUCCESS, NVML_DEVICE_NAME_V2_BUFFER_SIZE.
    private const int Success = 0, NameBytes = 96;

    /// <summary>Every device; empty where the library is absent or does not answer.</summary>
    public static IReadOnlyList<(string Model, int Megabytes)> Read(string library)
    {
        if (!NativeLibrary.TryLoad(library, out var handle)) return [];
        try
        {
            if (!TryFind(handle, "nvmlInit_v2", out var init) || ((delegate* unmanaged<int>)init)() != Success) return [];
            var devices = ReadAll(handle);
            if (TryFind(handle, "nvmlShutdown", out var shutdown)) _ = ((delegate* unmanaged<int>)shutdown)();
            return devices;
        }
        finally
        {
            NativeLibrary.Free(handle);
        }
    }

    private static List<(string Model, int Megabytes)> ReadAll(nint handle)
    {
        var devices = new List<(string, int)>();
        if (!TryFind(handle, "nvmlDeviceGetCount_v2", out var getCount) || !TryFind(handle, "nvmlDeviceGetHandleByIndex_v2", out var getDevice)
            || !TryFind(handle, "nvmlDeviceGetName", out var getName) || !TryFind(handle, "nvmlDeviceGetMemoryInfo", out var getMemory))
        {
            return devices;
        }
        uint count;
        if (((delegate* unmanaged<uint*, int>)getCount)(&count) != Success) return devices;
        var name = stackalloc byte[NameBytes];
        for (uint i = 0; i < count; i++)
        {
            nint device;
            Memory memory;
            if (((delegate* unmanaged<uint, nint*, int>)getDevice)(i, &device) != Success
                || ((delegate* unmanaged<nint, byte*, uint, int>)getName)(device, name, NameBytes) != Success
                || ((delegate* unmanaged<nint, Memory*, int>)getMemory)(device, &memory) != Success)
            {
                continue;
            }
            var text = new ReadOnlySpan<byte>(name, NameBytes);
            devices.Add((Encoding.UTF8.GetString(text[..Math.Max(0, text.IndexOf((byte)0))]), (int)(memory.Total >> 20)));
        }
        return devices;
    }

    private static bool TryFind(nint handle, string name, out nint address) => NativeLibrary.TryGetExport(handle, name, out address);

    /// <summary>nvmlMemory_t.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Memory
    {
        public ulong Total;
        public ulong Free;
        public ulong Used;
    }
}
