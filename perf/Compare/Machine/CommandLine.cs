using System.Diagnostics;

namespace Compare.Machine;

/// <summary>Runs a program to its end and returns what it printed.</summary>
internal static class CommandLine
{
    public static string Run(string program, IEnumerable<string> arguments, params ReadOnlySpan<int> acceptedExitCodes)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        // Both pipes are emptied at once: a program that fills one of them would wait for ever.
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0 && !acceptedExitCodes.Contains(process.ExitCode))
        {
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {errors.GetAwaiter().GetResult().Trim()} {output.Trim()}");
        }
        return output;
    }
}
