using EndToEnd.Tests.Clients;
using EndToEnd.Tests.Processes;

namespace EndToEnd.Tests.Features;

/// <summary>The verb <c>appliance features</c> of the published binary, against a process that runs.</summary>
internal static class FeaturesCli
{
    /// <summary>Runs it to its end.</summary>
    public static Task<ProgramRun> RunAsync(ApplianceProcess appliance, params string[] arguments) =>
        ProgramRun.OfAsync(ApplianceBinary.PathOrSkip(), ["features", .. arguments, "--server", $"http://127.0.0.1:{appliance.HttpPort}"]);

    /// <summary>Applies the definitions that are shipped as an example; fails the test where they are not taken.</summary>
    public static async Task<ProgramRun> ApplySampleAsync(ApplianceProcess appliance)
    {
        var run = await RunAsync(appliance, "apply", "--folder", Path.Combine(RepositoryRoot.Path, "samples/features"), "--reason", "the sample");
        Assert.True(run.ExitCode == 0, $"{run.Text}\n{run.Errors}");
        return run;
    }
}
