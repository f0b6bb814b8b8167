using System.Buffers;
using System.Diagnostics;
using System.Text;
using Appliance.Host.Telemetry;
using Appliance.Host.Telemetry.Gpu;
using TestKit;

namespace Appliance.Host.Tests.Telemetry.Gpu;

/// <summary>The figures of GPUs, from readings and from a library that answers as NVIDIA's does.</summary>
public sealed class GpuMetricsTests : IDisposable
{
    // Two devices; the second has neither power nor clocks. It has no encoder function at all.
    private const string Library = """
        #include <string.h>
        static int devices[2] = {0, 1};
        int nvmlInit_v2(void) { return INIT; }
        int nvmlDeviceGetCount_v2(unsigned *n) { *n = COUNT; return 0; }
        int nvmlDeviceGetHandleByIndex_v2(unsigned i, void **d) { *d = &devices[i]; return 0; }
        static int second(void *d) { return *(int *)d; }
        int nvmlDeviceGetUUID(void *d, char *s, unsigned n) { strcpy(s, second(d) ? "GPU-2" : "GPU-1"); return n < 96 ? 7 : 0; }
        int nvmlDeviceGetName(void *d, char *s, unsigned n) { strcpy(s, "Test GPU"); return n < 96 ? 7 : 0; }
        int nvmlDeviceGetUtilizationRates(void *d, unsigned *u) { u[0] = second(d) ? 0 : 42; u[1] = 7; return 0; }
        int nvmlDeviceGetMemoryInfo(void *d, unsigned long long *m) { m[0] = 24ull << 30; m[1] = 23ull << 30; m[2] = 1ull << 30; return 0; }
        int nvmlDeviceGetPowerUsage(void *d, unsigned *v) { *v = 71500; return second(d) ? 3 : 0; }
        int nvmlDeviceGetEnforcedPowerLimit(void *d, unsigned *v) { *v = 72000; return second(d) ? 3 : 0; }
        int nvmlDeviceGetTotalEnergyConsumption(void *d, unsigned long long *v) { *v = 5000000000ull; return 0; }
        int nvmlDeviceGetTemperature(void *d, unsigned sensor, unsigned *v) { *v = 50 + sensor; return 0; }
        int nvmlDeviceGetClockInfo(void *d, unsigned type, unsigned *v) { *v = type == 1 ? 2040 : 6251; return second(d) ? 3 : 0; }
        int nvmlDeviceGetDecoderUtilization(void *d, unsigned *v, unsigned *period) { *v = 9; *period = 100; return 0; }
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_driver_is_read_through_its_library()
    {
        Assert.True(NvmlLibrary.TryLoad(Compile(), out var library, out var problem), problem);
        var page = Write(new GpuMetrics(library));
        var host = Environment.MachineName;
        Assert.Contains("nv_gpu_utilization{gpu_uuid=\"GPU-1\"} 0.42\n", page);
        Assert.Contains("nv_gpu_memory_total_bytes{gpu_uuid=\"GPU-2\"} 25769803776\n", page);
        Assert.Contains("nv_gpu_power_usage{gpu_uuid=\"GPU-1\"} 71.5\n", page);
        Assert.DoesNotContain("nv_gpu_power_usage{gpu_uuid=\"GPU-2\"}", page);
        Assert.Contains("nv_energy_consumption{gpu_uuid=\"GPU-1\"} 5000000\n", page);
        Assert.Contains($"DCGM_FI_DEV_GPU_UTIL{{gpu=\"0\",UUID=\"GPU-1\",device=\"nvidia0\",modelName=\"Test GPU\",Hostname=\"{host}\"}} 42\n", page);
        Assert.Contains($"DCGM_FI_DEV_FB_USED{{gpu=\"1\",UUID=\"GPU-2\",device=\"nvidia1\",modelName=\"Test GPU\",Hostname=\"{host}\"}} 1024\n", page);
        Assert.Contains("# TYPE DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION counter\n", page);
        Assert.Contains("DCGM_FI_DEV_SM_CLOCK{gpu=\"0\"", page);
        Assert.Contains("DCGM_FI_DEV_GPU_TEMP{gpu=\"0\"", page);
        Assert.Contains("DCGM_FI_DEV_DEC_UTIL{gpu=\"1\"", page);
        Assert.DoesNotContain("DCGM_FI_DEV_SM_CLOCK{gpu=\"1\"", page);
        Assert.DoesNotContain("DCGM_FI_DEV_ENC_UTIL", page);
    }

    [Fact]
    public void A_device_that_says_all_has_every_family()
    {
        var reading = new GpuReading(0, "GPU-1", "Test GPU", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14);
        var page = Write(new GpuMetrics(new ScriptedGpus(reading)));
        Assert.All(GpuMetricCatalog.All, m => Assert.Contains($"# TYPE {m.Name} {m.Kind.ToString().ToLowerInvariant()}\n{m.Name}{{", page));
    }

    [Theory]
    [InlineData("INIT=9", "COUNT=1", "finds no driver")]
    [InlineData("INIT=0", "COUNT=0", "finds no device")]
    public void A_library_without_a_driver_or_device_gives_no_figures(string init, string count, string words)
    {
        var file = Compile(init, count);
        Assert.False(NvmlLibrary.TryLoad(file, out _, out var problem));
        Assert.Equal($"{file} {words}", problem);
    }

    [Fact]
    public void Without_the_library_there_is_nothing_but_a_word_at_debug()
    {
        Assert.False(NvmlLibrary.TryLoad(_folder["libnone.so.1"], out _, out var problem));
        Assert.EndsWith("libnone.so.1 is not there", problem);
        Assert.Equal("", Write(new GpuMetrics(null)));
    }

    private string Compile(string init = "INIT=0", string count = "COUNT=2")
    {
        File.WriteAllText(_folder["nvml.c"], Library);
        var file = _folder["libnvidia-ml.so.1"];
        using var gcc = Process.Start("gcc", ["-shared", "-fPIC", $"-D{init}", $"-D{count}", "-o", file, _folder["nvml.c"]]);
        gcc.WaitForExit();
        Assert.Equal(0, gcc.ExitCode);
        return file;
    }

    private static string Write(GpuMetrics metrics)
    {
        var buffer = new ArrayBufferWriter<byte>();
        metrics.Write(new PrometheusWriter(buffer));
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private sealed class ScriptedGpus(params GpuReading[] readings) : IGpuSource
    {
        public IReadOnlyList<GpuReading> Read() => readings;
    }
}
