using System.Diagnostics;
using System.Text;
using EndToEnd.Tests.Clients;
using EndToEnd.Tests.Processes;

namespace EndToEnd.Tests.Cli;

/// <summary>run.sh with a folder of its own, as somebody who has just cloned the repository runs it; the native binary alone is not built again.</summary>
public sealed class RunScriptTests : IDisposable
{
    // Building and running the trainer is most of it, on a machine that is busy with other tests.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("run-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task The_printed_commands_are_answered_and_a_second_start_sends_nothing_again()
    {
        var binary = ApplianceBinary.PathOrSkip();
        var first = await StartedAsync(binary, async printed =>
        {
            var commands = printed.Split('\n').Where(l => l.StartsWith("   curl ", StringComparison.Ordinal)).Select(l => l.Trim()).ToList();
            Assert.InRange(commands.Count, 5, 8);
            foreach (var command in commands)
            {
                var run = await ProgramRun.OfAsync("/bin/bash", "-c", command.Replace("curl -s ", "curl -s -w '\\n%{http_code}' "));
                Assert.True(run.Text.EndsWith("\n200", StringComparison.Ordinal), $"{command}\n{run.Text}");
            }
            var scored = await ProgramRun.OfAsync("/bin/bash", "-c", commands.Single(c => c.Contains("explain")));
            Assert.Contains("\"koc_potential\":", scored.Text);
            Assert.Contains("\"stored\"", scored.Text);
            Assert.DoesNotContain("\"default", scored.Text);
            var verified = await ProgramRun.OfAsync("/bin/bash", "-c", printed.Split('\n').Single(l => l.Contains(" features verify ")).Trim());
            Assert.True(verified.ExitCode == 0, verified.Errors);
            Assert.Contains(" 0 mismatches", verified.Text);
            Assert.Matches(@"(?m)^[1-9]\d* samples", verified.Text);
        });
        Assert.Contains("152647 events sent: 152647 new, 0 duplicates, 0 refused", first);
        Assert.Contains("4000 rows sent: 4000 new", first);
        var second = await StartedAsync(binary, _ => Task.CompletedTask);
        Assert.DoesNotContain(" sent: ", second);
    }

    // Starts the script, does what is to be done while the appliance runs, and ends it; what it printed.
    private async Task<string> StartedAsync(string binary, Func<string, Task> whileItRuns)
    {
        var ports = FreePorts.Take(3);
        string[] arguments = ["run.sh", "--http-port", $"{ports[0]}", "--grpc-port", $"{ports[1]}", "--metrics-port", $"{ports[2]}"];
        var start = new ProcessStartInfo("/bin/bash", arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = RepositoryRoot.Path };
        start.Environment["APPLIANCE_BINARY"] = binary;
        start.Environment["APPLIANCE_RUN_FOLDER"] = _folder.FullName;
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            var printed = new StringBuilder();
            while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
            {
                printed.AppendLine(line);
                if (!line.EndsWith("Ctrl-C ends it.", StringComparison.Ordinal)) continue;
                await whileItRuns(printed.ToString());
                Signals.Terminate(process);
            }
            await process.WaitForExitAsync(limit.Token);
            Assert.True(process.ExitCode == 0, $"run.sh ended with {process.ExitCode}:\n{printed}\n{await errors}");
            Assert.Contains("== Stopped", printed.ToString());
            return printed.ToString();
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}
