using System.Diagnostics;
using Appliance.Host.Profiles;
using TestKit;

namespace Appliance.Host.Tests.Profiles;

/// <summary>What the machine lets the process use, read from a file system that the test writes.</summary>
public sealed class TopologyTests : IDisposable
{
    private const string NoLibrary = "libno-such-library.so.9";

    private readonly TemporaryFolder _root = new();

    public TopologyTests()
    {
        Write("proc/meminfo", "MemTotal:       8388608 kB\nMemAvailable:   1000 kB\n");
        Write("proc/cpuinfo", "processor\t: 0\nmodel name\t: Some CPU @ 2 GHz\n");
    }

    public void Dispose() => _root.Dispose();

    [Fact]
    public void Without_limits_it_is_the_machine()
    {
        var machine = Read(processors: 8);
        Assert.Equal((8, 8192, "Some CPU @ 2 GHz"), (machine.Cores, machine.MemoryMegabytes, machine.CpuModel));
        Assert.Empty(machine.Accelerators);
        Assert.Equal("8 cores (all that the process may run on), 8192 MiB (the machine's), Some CPU @ 2 GHz, no accelerator", machine.ToString());
    }

    [Fact]
    public void The_tightest_group_of_version_2_counts()
    {
        Write("proc/self/cgroup", "0::/pods/one/app\n");
        Write("sys/fs/cgroup/pods/one/app/cpu.max", "max 100000\n");
        Write("sys/fs/cgroup/pods/one/cpu.max", "250000 100000\n");
        Write("sys/fs/cgroup/pods/cpu.max", "400000 100000\n");
        Write("sys/fs/cgroup/pods/one/app/memory.max", "2147483648\n");
        Write("sys/fs/cgroup/pods/memory.max", "max\n");
        var machine = Read(processors: 8);
        Assert.Equal((2, 2048), (machine.Cores, machine.MemoryMegabytes));
        Assert.Equal(("the control group's quota of 2.5", "the control group's limit"), (machine.CoresFrom, machine.MemoryFrom));
    }

    [Fact]
    public void Less_than_one_core_is_one()
    {
        Write("proc/self/cgroup", "0::/\n");
        Write("sys/fs/cgroup/cpu.max", "50000 100000\n");
        Assert.Equal(1, Read(processors: 4).Cores);
    }

    [Fact]
    public void Version_1_is_read_where_its_folders_are_those_of_the_host()
    {
        Write("proc/self/cgroup", "12:memory:/docker/abc\n4:cpu,cpuacct:/docker/abc\n");
        Write("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "300000\n");
        Write("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n");
        Write("sys/fs/cgroup/memory/memory.limit_in_bytes", "1073741824\n");
        var machine = Read(processors: 8);
        Assert.Equal((3, 1024), (machine.Cores, machine.MemoryMegabytes));
    }

    [Fact]
    public void Version_1_without_limits_has_none()
    {
        Write("proc/self/cgroup", "4:cpu,cpuacct:/\n12:memory:/\n");
        Write("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "-1\n");
        Write("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n");
        Write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
        var machine = Read(processors: 8);
        Assert.Equal((8, 8192, "the machine's"), (machine.Cores, machine.MemoryMegabytes, machine.MemoryFrom));
    }

    [Fact]
    public void Damaged_files_limit_nothing()
    {
        Write("proc/self/cgroup", "0::/\nnonsense\n");
        Write("sys/fs/cgroup/cpu.max", "much 0\n");
        Write("sys/fs/cgroup/memory.max", "\n");
        Assert.Equal((8, 8192), (Read(processors: 8).Cores, Read(processors: 8).MemoryMegabytes));
    }

    [Fact]
    public void Devices_are_counted_by_their_files_where_the_library_is_absent()
    {
        foreach (var device in new[] { "nvidia0", "nvidia1", "nvidiactl", "nvidia-uvm" }) Write($"dev/{device}", "");
        Write("proc/driver/nvidia/gpus/0000:00:04.0/information", "Model: \t\t NVIDIA L4\nIRQ: 12\n");
        Write("proc/driver/nvidia/gpus/0000:00:05.0/information", "Model: \t\t NVIDIA L4\n");
        Assert.Equal([new ProfileAccelerator("cuda", "NVIDIA L4", 2, 0)], Read(2).Accelerators);
    }

    [Fact]
    public void The_library_gives_names_and_memory()
    {
        foreach (var device in new[] { "nvidia0", "nvidia1" }) Write($"dev/{device}", "");
        Assert.Equal([new ProfileAccelerator("cuda", "NVIDIA Scripted", 2, 23_034)], Read(2, Library(initialised: 0)).Accelerators);
    }

    [Fact]
    public void A_library_that_does_not_initialise_leaves_the_device_files()
    {
        Write("dev/nvidia0", "");
        Assert.Equal([new ProfileAccelerator("cuda", "NVIDIA", 1, 0)], Read(2, Library(initialised: 9)).Accelerators);
    }

    /// <summary>A library with the functions that are called, as NVIDIA declares them.</summary>
    private string Library(int initialised)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/gcc"), "there is no '/usr/bin/gcc'");
        Write("nvml.c", $$"""
            #include <string.h>
            typedef struct { unsigned long long total, free, used; } nvmlMemory_t;
            int nvmlInit_v2(void) { return {{initialised}}; }
            int nvmlShutdown(void) { return 0; }
            int nvmlDeviceGetCount_v2(unsigned int *count) { *count = 2; return 0; }
            int nvmlDeviceGetHandleByIndex_v2(unsigned int index, void **device) { *device = (void *)(long)(index + 1); return index > 1; }
            int nvmlDeviceGetName(void *device, char *name, unsigned int length) { strncpy(name, "NVIDIA Scripted", length); return device == 0; }
            int nvmlDeviceGetMemoryInfo(void *device, nvmlMemory_t *memory) { memory->total = 23034ULL << 20; return device == 0; }
            """);
        var library = Path.Combine(_root.Path, $"libnvml-{initialised}.so");
        using var gcc = Process.Start("/usr/bin/gcc", ["-shared", "-fPIC", "-o", library, Path.Combine(_root.Path, "nvml.c")]);
        gcc.WaitForExit();
        Assert.Equal(0, gcc.ExitCode);
        return library;
    }

    private MachineTopology Read(int processors, string library = NoLibrary) => new TopologyReader(_root.Path, processors, library).Read();

    private void Write(string path, string text)
    {
        var file = Path.Combine(_root.Path, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
