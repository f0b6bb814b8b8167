using System.Diagnostics;

namespace EndToEnd.Tests.Clients;

/// <summary>Another program, run to its end: what it wrote and how it ended.</summary>
internal sealed record ProgramRun(int ExitCode, byte[] Output, string Errors)
{
    // Not a figure that anything is measured by: past it the program hangs.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public string Text => System.Text.Encoding.UTF8.GetString(Output);

    /// <summary>Runs a program of Debian's; skips the test, with the reason, where it is not installed.</summary>
    public static async Task<ProgramRun> OfAsync(string program, params string[] arguments)
    {
        Assert.SkipUnless(File.Exists(program), $"there is no '{program}'");
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            var output = new MemoryStream();
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            await process.StandardOutput.BaseStream.CopyToAsync(output, limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return new ProgramRun(process.ExitCode, output.ToArray(), await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} did not end within {Limit.TotalSeconds:F0} s");
        }
    }
}
