using System.Diagnostics;
using System.Runtime.InteropServices;

namespace EndToEnd.Tests.Processes;

/// <summary>Sends a process what an orchestrator sends.</summary>
internal static partial class Signals
{
    private const int SigTerm = 15;

    public static void Terminate(Process process) => kill(process.Id, SigTerm);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int process, int signal);
}
