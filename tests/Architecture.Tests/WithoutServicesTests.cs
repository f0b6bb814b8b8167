using System.Diagnostics;
using Xunit;

namespace Architecture.Tests;

/// <summary>Installing packages for tests starts no service of theirs, and leaves nothing behind that would keep others from starting.</summary>
public sealed class WithoutServicesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("policy-");

    private string Policy => Path.Combine(_folder.FullName, "policy-rc.d");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void While_the_command_runs_a_policy_forbids_starting_and_afterwards_it_is_gone()
    {
        Assert.Equal((0, "101"), Run("""without_services sh -c '"$POLICY_RC_D" nginx start; echo $?'"""));
        Assert.False(File.Exists(Policy));
    }

    [Theory]
    [InlineData("false", 1)]
    [InlineData("sh -c 'exit 100'", 100)]
    public void A_command_that_fails_fails_and_the_policy_is_gone_as_well(string command, int expected)
    {
        Assert.Equal((expected, ""), Run($"without_services {command}"));
        Assert.False(File.Exists(Policy));
    }

    [Fact]
    public void A_call_that_is_interrupted_takes_the_policy_away()
    {
        Assert.Equal((130, "ran"), Run("""without_services sh -c 'echo ran; kill -TERM $PPID; sleep 0.1'"""));
        Assert.False(File.Exists(Policy));
    }

    [Fact]
    public void A_policy_that_is_there_stays_as_it_is()
    {
        File.WriteAllText(Policy, "theirs");
        Assert.Equal((0, "theirs"), Run("without_services cat \"$POLICY_RC_D\""));
        Assert.Equal("theirs", File.ReadAllText(Policy));
    }

    [Fact]
    public void Every_installation_of_packages_goes_through_it()
    {
        foreach (var script in SourceTree.Files(".sh", "scripts").Concat(SourceTree.Files(".sh", "perf")))
        {
            var installs = SourceTree.Read(script).Split('\n').Where(l => l.Contains("apt-get", StringComparison.Ordinal) && l.Contains(" install -y", StringComparison.Ordinal));
            Assert.All(installs, l => Assert.Contains("without_services ", l));
        }
    }

    private (int ExitCode, string Said) Run(string command)
    {
        // Writing the policy needs no rights here: it lies in a folder of the test's own.
        var script = $"sudo() {{ \"$@\"; }}; . ./scripts/without-services.sh; {command}";
        using var process = Process.Start(new ProcessStartInfo("bash", ["-c", script])
        {
            WorkingDirectory = SourceTree.Root, RedirectStandardOutput = true, RedirectStandardError = true, Environment = { ["POLICY_RC_D"] = Policy },
        })!;
        var said = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return (process.ExitCode, said);
    }
}
