using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text;

namespace Appliance.Host.Telemetry.Gpu;

/// <summary>
/// NVIDIA's management library, as it is on the machine: loaded when it is there, never shipped. Stays loaded for the process's life. Thread-safe, as the
/// library is.
/// </summary>
internal sealed unsafe class NvmlLibrary : IGpuSource
{
    /// <summary>The name under which the driver installs it.</summary>
    public const string FileName = "libnvidia-ml.so.1";

    // Bytes of a text that the library writes: more than the longest it says it writes (96).
    private const int TextBytes = 128;

    private const uint SmClock = 1, MemoryClock = 2, GpuSensor = 0;

    private readonly nint _library;
    private readonly nint[] _devices;

    private NvmlLibrary(nint library, nint[] devices)
    {
        _library = library;
        _devices = devices;
    }

    /// <summary>Loads the library and finds the devices.</summary>
    /// <param name="problem">Why there are none to read.</param>
    public static bool TryLoad(string file, [NotNullWhen(true)] out NvmlLibrary? library, [NotNullWhen(false)] out string? problem)
    {
        library = null;
        if (!NativeLibrary.TryLoad(file, out var handle))
        {
            problem = $"{file} is not there";
            return false;
        }
        if (Find(handle, "nvmlInit_v2") is not { } initialize || ((delegate* unmanaged<int>)initialize)() is not 0)
        {
            problem = $"{file} finds no driver";
            return false;
        }
        library = new NvmlLibrary(handle, DevicesOf(handle));
        problem = library._devices.Length == 0 ? $"{file} finds no device" : null;
        return problem is null;
    }

    public IReadOnlyList<GpuReading> Read()
    {
        var readings = new List<GpuReading>(_devices.Length);
        for (var i = 0; i < _devices.Length; i++)
        {
            var device = _devices[i];
            if (TextOf("nvmlDeviceGetUUID", device) is { } uuid) readings.Add(Read(i, device, uuid));
        }
        return readings;
    }

    private GpuReading Read(int index, nint device, string uuid)
    {
        var reading = new GpuReading(index, uuid, TextOf("nvmlDeviceGetName", device) ?? "");
        Utilization busy;
        if (Call("nvmlDeviceGetUtilizationRates", device, &busy)) reading = reading with { Utilization = busy.Gpu, MemoryUtilization = busy.Memory };
        Memory memory;
        if (Call("nvmlDeviceGetMemoryInfo", device, &memory))
        {
            reading = reading with { MemoryTotalBytes = memory.Total, MemoryFreeBytes = memory.Free, MemoryUsedBytes = memory.Used };
        }
        ulong energy;
        if (Call("nvmlDeviceGetTotalEnergyConsumption", device, &energy)) reading = reading with { EnergyMillijoules = energy };
        return reading with
        {
            PowerMilliwatts = NumberOf("nvmlDeviceGetPowerUsage", device),
            PowerLimitMilliwatts = NumberOf("nvmlDeviceGetEnforcedPowerLimit", device),
            PcieReplays = NumberOf("nvmlDeviceGetPcieReplayCounter", device),
            TemperatureCelsius = NumberOf("nvmlDeviceGetTemperature", device, GpuSensor),
            SmClockMegahertz = NumberOf("nvmlDeviceGetClockInfo", device, SmClock),
            MemoryClockMegahertz = NumberOf("nvmlDeviceGetClockInfo", device, MemoryClock),
            EncoderUtilization = SampledNumberOf("nvmlDeviceGetEncoderUtilization", device),
            DecoderUtilization = SampledNumberOf("nvmlDeviceGetDecoderUtilization", device),
        };
    }

    private static nint[] DevicesOf(nint library)
    {
        uint count;
        if (Find(library, "nvmlDeviceGetCount_v2") is not { } counting || Find(library, "nvmlDeviceGetHandleByIndex_v2") is not { } finding) return [];
        if (((delegate* unmanaged<uint*, int>)counting)(&count) != 0) return [];
        var devices = new List<nint>();
        for (var i = 0u; i < count; i++)
        {
            nint device;
            if (((delegate* unmanaged<uint, nint*, int>)finding)(i, &device) == 0) devices.Add(device);
        }
        return [.. devices];
    }

    // A function that a driver does not have, or a value that a device does not have: neither is a fault.
    private bool Call(string function, nint device, void* result) =>
        Find(_library, function) is { } address && ((delegate* unmanaged<nint, void*, int>)address)(device, result) == 0;

    private uint? NumberOf(string function, nint device)
    {
        uint value;
        return Call(function, device, &value) ? value : null;
    }

    private uint? NumberOf(string function, nint device, uint kind)
    {
        uint value;
        return Find(_library, function) is { } address && ((delegate* unmanaged<nint, uint, uint*, int>)address)(device, kind, &value) == 0 ? value : null;
    }

    private uint? SampledNumberOf(string function, nint device)
    {
        uint value, period;
        return Find(_library, function) is { } address && ((delegate* unmanaged<nint, uint*, uint*, int>)address)(device, &value, &period) == 0 ? value : null;
    }

    private string? TextOf(string function, nint device)
    {
        var text = stackalloc byte[TextBytes];
        if (Find(_library, function) is not { } address || ((delegate* unmanaged<nint, byte*, uint, int>)address)(device, text, TextBytes) != 0) return null;
        var bytes = new ReadOnlySpan<byte>(text, TextBytes);
        var end = bytes.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
    }

    private static nint? Find(nint library, string function) => NativeLibrary.TryGetExport(library, function, out var address) ? address : null;

    [StructLayout(LayoutKind.Sequential)]
    private struct Utilization
    {
        public uint Gpu, Memory;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Memory
    {
        public ulong Total, Free, Used;
    }
}
