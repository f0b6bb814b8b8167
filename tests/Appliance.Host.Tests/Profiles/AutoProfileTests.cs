using Appliance.Host.Profiles;
using Appliance.Inference.Batching;
using Appliance.Inference.Onnx;
using TestKit;

namespace Appliance.Host.Tests.Profiles;

/// <summary>The profile that is made for a machine: what is chosen, why, and when it is measured again.</summary>
public sealed class AutoProfileTests : IDisposable
{
    private static readonly MachineTopology Machine = new(4, "all", 8192, "the machine's", "CPU", []);
    private static readonly ProfileAccelerator L4 = new("cuda", "NVIDIA L4", 1, 23_034);

    private readonly TemporaryFolder _root = new();
    private readonly TemporaryFolder _state = new();
    private int _measured;

    public AutoProfileTests() => WriteMemory(8192);

    public void Dispose()
    {
        _root.Dispose();
        _state.Dispose();
    }

    [Fact]
    public void Callers_side_by_side_are_preferred_unless_all_cores_in_one_call_clearly_win()
    {
        Assert.Equal((1L, 4L), Threads(Result(sideBySide: 1000, oneCaller: 1149)));
        Assert.Equal((4L, 1L), Threads(Result(sideBySide: 1000, oneCaller: 1151)));
        Assert.Equal((1L, 4L), Threads(null));
    }

    [Theory]
    [InlineData(8, 32)]
    [InlineData(64, 64)]
    [InlineData(512, 512)]
    public void The_smallest_batch_whose_rows_cost_next_to_the_least_is_chosen_within_bounds(int knee, int chosen)
    {
        var costs = Warmup(512).ToDictionary(rows => rows, rows => rows < knee ? 2.0 : 1.05);
        costs[512] = 1;
        var (profile, reasons) = Choose(new CalibrationResult(3, costs, 1000, 500));
        Assert.Equal(chosen, profile.Numbers["batch.maxRows"]);
        Assert.Contains(reasons, r => r.StartsWith($"batches: {chosen} rows at most", StringComparison.Ordinal));
    }

    [Fact]
    public void Memory_is_shared_out_of_what_the_machine_has()
    {
        var (profile, _) = Choose(null);
        Assert.Equal((7372L, 512L), (profile.Numbers["memory.processMegabytes"], profile.Numbers["memory.featureStoreMegabytes"]));
        var (small, _) = AutoProfilePolicy.Choose(Machine with { MemoryMegabytes = 1024 }, null, ["cpu"]);
        Assert.Equal((921L, 128L), (small.Numbers["memory.processMegabytes"], small.Numbers["memory.featureStoreMegabytes"]));
    }

    [Fact]
    public void An_accelerator_of_a_provider_that_the_build_has_comes_first()
    {
        var (profile, _) = AutoProfilePolicy.Choose(Machine with { Accelerators = [L4] }, null, ["cuda", "cpu"]);
        Assert.Equal(["cuda", "cpu"], profile.ExecutionProviders);
        Assert.Equal((20_730L, 256L), (profile.Numbers["memory.acceleratorMegabytes"], profile.Numbers["batch.maxRows"]));
    }

    [Fact]
    public void An_accelerator_that_the_build_cannot_use_is_named_with_what_to_install()
    {
        var (profile, reasons) = AutoProfilePolicy.Choose(Machine with { Accelerators = [L4] }, null, ["cpu"]);
        Assert.Equal(["cpu"], profile.ExecutionProviders);
        Assert.Contains(reasons, r => r.StartsWith("1 NVIDIA L4 with 23034 MiB is not used", StringComparison.Ordinal) && (ExecutionProviders.InBuild("cuda") || r.Contains("ACCELERATOR=cuda")));
    }

    [Fact]
    public void Every_choice_passes_the_rules_of_a_file()
    {
        foreach (var cores in new[] { 1, 2, 64, 1024 })
        {
            foreach (var memory in new[] { 256, 4096, 4_000_000 })
            {
                var (profile, _) = AutoProfilePolicy.Choose(Machine with { Cores = cores, MemoryMegabytes = memory }, null, ["cpu"]);
                Assert.All(ProfileFields.All.Where(f => profile.Numbers.ContainsKey(f.Path)), f => Assert.InRange(profile.Numbers[f.Path], f.Least, f.Most));
                Assert.All(ProfileFields.All.Where(f => f.IsRequired), f => Assert.True(profile.Numbers.ContainsKey(f.Path)));
            }
        }
    }

    [Fact]
    public void A_machine_is_measured_once_and_again_when_it_has_changed()
    {
        Assert.Contains("calibration: measured now, as none was kept", Resolve().Reasons);
        Assert.Contains("calibration: measured before on this machine", Resolve().Reasons);
        Assert.Equal(1, _measured);
        WriteMemory(4096);
        Assert.Contains("calibration: measured now, as the kept one is of another machine", Resolve().Reasons);
        Assert.Equal(2, _measured);
    }

    [Theory]
    [InlineData("{", "the kept one cannot be read")]
    [InlineData("null", "the kept one is damaged")]
    [InlineData("""{"Version":"0.0.1","Machine":"m","Result":{"SingleMicroseconds":1,"MicrosecondsPerRow":{"1":1},"SideBySideRowsPerSecond":1,"OneCallerRowsPerSecond":1}}""", "the kept one is of version 0.0.1")]
    [InlineData("""{"Version":"0.1.0","Machine":"m","Result":{"SingleMicroseconds":1,"MicrosecondsPerRow":{},"SideBySideRowsPerSecond":1,"OneCallerRowsPerSecond":1}}""", "the kept one is damaged")]
    public void A_kept_measurement_that_is_not_this_one_is_measured_again(string kept, string reason)
    {
        File.WriteAllText(Path.Combine(_state.Path, CalibrationFile.Name), kept);
        Assert.Contains(Resolve().Reasons, r => r.StartsWith($"calibration: measured now, as {reason}", StringComparison.Ordinal));
        Assert.Contains("calibration: measured before on this machine", Resolve().Reasons);
    }

    [Fact]
    public void Without_a_state_folder_each_start_measures()
    {
        Assert.Contains(Resolve("").Reasons, r => r.EndsWith("as there is no state folder to keep it in", StringComparison.Ordinal));
        Resolve("");
        Assert.Equal(2, _measured);
    }

    [Fact]
    public void A_measurement_that_fails_leaves_what_the_machine_says()
    {
        var resolver = new ProfileResolver(Topology, (_, _) => throw new InferenceFaultException("no memory"));
        Assert.True(resolver.TryResolve("auto", _state.Path, out var choice, out _));
        Assert.Equal(1, choice.Profile.Numbers["threads.intraOp"]);
        Assert.Contains(choice.Reasons, r => r.StartsWith("calibration: could not be measured: no memory", StringComparison.Ordinal));
        Assert.False(File.Exists(Path.Combine(_state.Path, CalibrationFile.Name)));
    }

    [Fact]
    public void A_state_folder_that_cannot_be_written_is_said()
    {
        var file = Path.Combine(_state.Path, "file");
        File.WriteAllText(file, "");
        Assert.Contains(Resolve(file).Reasons, r => r.Contains("it could not be kept", StringComparison.Ordinal));
    }

    [Fact]
    public void The_machine_itself_can_be_measured()
    {
        var result = MachineCalibration.Measure(2, CancellationToken.None);
        Assert.Equal(Warmup(512), result.MicrosecondsPerRow.Keys.Order());
        Assert.All(result.MicrosecondsPerRow.Values.Append(result.SideBySideRowsPerSecond).Append(result.OneCallerRowsPerSecond), v => Assert.True(v > 0));
    }

    [Fact]
    public void A_measurement_can_be_stopped() =>
        Assert.Throws<OperationCanceledException>(() => MachineCalibration.Measure(2, new CancellationToken(canceled: true)));

    private TopologyReader Topology => new(_root.Path, 4, "libno-such-library.so.9");

    private ProfileChoice Resolve(string? state = null)
    {
        var resolver = new ProfileResolver(Topology, (_, _) =>
        {
            _measured++;
            return Result(1000, 500);
        });
        Assert.True(resolver.TryResolve("auto", state ?? _state.Path, out var choice, out _));
        return choice;
    }

    private static (long IntraOp, long Instances) Threads(CalibrationResult? result)
    {
        var (profile, _) = Choose(result);
        return (profile.Numbers["threads.intraOp"], profile.Numbers["threads.instances"]);
    }

    private static (HardwareProfile Profile, IReadOnlyList<string> Reasons) Choose(CalibrationResult? result) => AutoProfilePolicy.Choose(Machine, result, ["cpu"]);

    private static CalibrationResult Result(double sideBySide, double oneCaller) => new(2, Warmup(512).ToDictionary(rows => rows, rows => 1.0), sideBySide, oneCaller);

    private static IEnumerable<int> Warmup(int most) => Enumerable.Range(0, 10).Select(i => 1 << i).Where(rows => rows <= most);

    private void WriteMemory(int megabytes)
    {
        Directory.CreateDirectory(Path.Combine(_root.Path, "proc"));
        File.WriteAllText(Path.Combine(_root.Path, "proc/meminfo"), $"MemTotal: {megabytes * 1024} kB\n");
    }
}
