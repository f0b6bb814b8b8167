using Appliance.Host.Cli;
using Appliance.Host.Profiles;
using Appliance.Inference.Onnx;
using TestKit;

namespace Appliance.Host.Tests.Cli;

/// <summary><c>appliance profile</c>: what is in force, and from where.</summary>
public sealed class ProfileVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _output = new(), _errors = new();

    public ProfileVerbTests()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "proc"));
        File.WriteAllText(Path.Combine(_folder.Path, "proc/meminfo"), "MemTotal: 4194304 kB\n");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_set_wins_over_the_profile_and_the_profile_over_the_defaults()
    {
        var file = Path.Combine(_folder.Path, "settings.json");
        File.WriteAllText(file, """{"Models":{"LoadThreads":3},"Hardware":{"Profile":"cpu-16"}}""");
        Assert.Equal(0, Run("show", "--config", file, "--default-max-batch-size", "64"));
        Assert.Contains("hardware profile cpu-16\n", Text);
        AssertLine("Models:DefaultMaxBatchSize", "64", "flag");
        AssertLine("Models:LoadThreads", "3", "file settings.json");
        AssertLine("Models:DefaultInstances", "16", "hardware profile cpu-16");
        AssertLine("Models:AcceleratorMemoryMegabytes", "0", "default");
        AssertLine("Models:ExecutionProviders", "cpu", "hardware profile cpu-16");
        Assert.Contains("cores is 16; this machine has 2", Text);
    }

    [Fact]
    public void A_list_that_was_set_replaces_the_profiles_as_a_whole()
    {
        var file = Path.Combine(_folder.Path, "settings.json");
        File.WriteAllText(file, """{"Models":{"ExecutionProviders":["cpu"]}}""");
        Assert.Equal(0, Run("show", "--config", file, "--hardware-profile=cpu-2"));
        AssertLine("Models:ExecutionProviders", "cpu", "file settings.json");
    }

    [Fact]
    public void Without_a_profile_everything_is_as_it_was()
    {
        Assert.Equal(0, Run("show"));
        Assert.StartsWith("no hardware profile is in force", Text);
        AssertLine("Models:IntraOpThreads", "1", "default");
        AssertLine("Models:ExecutionProviders", "(this build's)", "default");
    }

    [Fact]
    public void Auto_is_shown_with_its_reasons()
    {
        Assert.Equal(0, Run("show", "--hardware-profile", "auto"));
        Assert.Contains("  calibration: measured now", Text);
        AssertLine("Models:MemoryLimitMegabytes", "3686", "hardware profile auto");
    }

    [Theory]
    [InlineData("cpu-3", "Hardware:Profile is 'cpu-3'; it must be cpu-16, cpu-2, nvidia-h200, nvidia-l4, auto, or the path of a file")]
    [InlineData("./none.json", "Hardware:Profile is './none.json'; the file cannot be read")]
    public void A_profile_that_is_not_there_is_refused(string name, string error)
    {
        Assert.Equal(2, Run("show", "--hardware-profile", name));
        Assert.Contains(error, _errors.ToString());
    }

    [Fact]
    public void A_check_says_of_each_file_what_is_wrong()
    {
        var file = Path.Combine(_folder.Path, "mine.json");
        File.WriteAllText(file, """{"cores":0}""");
        Assert.Equal(1, Run("check", "cpu-2", file, "cpu-16"));
        Assert.Contains("cpu-2: in order, and this machine has what it is made for\n", Text);
        Assert.Contains("cpu-16: in order, but made for another machine\n", Text);
        Assert.Contains($"{file}: cores is 0; it must be a whole number from 1 to 1024", _errors.ToString());
        Assert.Equal(0, Run("check", "cpu-2"));
    }

    [Fact]
    public void A_file_that_is_no_profile_at_all_is_not_read_whole()
    {
        var file = Path.Combine(_folder.Path, "large.json");
        File.WriteAllBytes(file, new byte[ProfileReader.MaxBytes + 1]);
        Assert.Equal(1, Run("check", file));
        Assert.Contains("a hardware profile has at most 65536", _errors.ToString());
    }

    [Theory]
    [InlineData]
    [InlineData("check")]
    [InlineData("list")]
    public void Another_command_is_refused(params string[] args) => Assert.Equal(2, Run(args));

    private string Text => _output.ToString();

    private int Run(params string[] args) => ProfileVerb.Run(args, _output, _errors, new ProfileResolver(
        new TopologyReader(_folder.Path, 2, "libno-such-library.so.9"), (_, _) => new CalibrationResult(1, new Dictionary<int, double> { [64] = 1 }, 2, 1)));

    private void AssertLine(string key, string value, string origin) =>
        Assert.Contains(Text.Split('\n'), l => l.StartsWith(key + " ", StringComparison.Ordinal) && l[key.Length..].Trim().StartsWith(value + " ", StringComparison.Ordinal) && l.EndsWith(" " + origin, StringComparison.Ordinal));
}
