using EndToEnd.Tests.Processes;

namespace EndToEnd.Tests.Clients;

/// <summary>Debian's Python with its own gRPC: a client, and a compiler of .proto files, that nobody here wrote.</summary>
internal static class Python
{
    private const string Program = "/usr/bin/python3";

    /// <summary>Compiles .proto files; skips the test where Python or its gRPC tools are not installed.</summary>
    public static async Task CompileAsync(string protoFolder, params string[] arguments)
    {
        var modules = await ProgramRun.OfAsync(Program, "-c", "import grpc, grpc_tools, google.protobuf");
        Assert.SkipUnless(modules.ExitCode == 0, $"Python has no gRPC: install python3-grpcio and python3-grpc-tools ({modules.Errors.Trim()})");
        await RunAsync(["-m", "grpc_tools.protoc", $"--proto_path={protoFolder}", .. arguments]);
    }

    /// <summary>Runs one of the scripts beside this file; fails the test if the script does.</summary>
    public static Task<string> RunScriptAsync(string script, params string[] arguments) =>
        RunAsync([Path.Combine(RepositoryRoot.Path, "tests/EndToEnd.Tests/Clients", script), .. arguments]);

    private static async Task<string> RunAsync(string[] arguments)
    {
        var run = await ProgramRun.OfAsync(Program, arguments);
        Assert.True(run.ExitCode == 0, $"{string.Join(' ', arguments)} ended with {run.ExitCode}:\n{run.Errors}");
        return run.Text;
    }
}
