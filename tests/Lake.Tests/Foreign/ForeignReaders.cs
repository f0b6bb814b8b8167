using System.Diagnostics;
using System.Text.Json;
using TestKit;

namespace Lake.Tests.Foreign;

/// <summary>Runs the readers of tests/foreign, which nobody here wrote; skips the test where they are not installed.</summary>
internal static class ForeignReaders
{
    /// <summary>The rows of a table as icebird reads them.</summary>
    /// <param name="folder">The table's folder.</param>
    /// <param name="metadataFile">The name of its metadata file; null for the one that the version hint tells.</param>
    public static Task<List<JsonElement>> ReadTableAsync(string folder, string? metadataFile = null) =>
        metadataFile is null ? RunAsync("read-table.mjs", folder) : RunAsync("read-table.mjs", folder, metadataFile);

    /// <summary>Header and records of an Avro file as avsc reads them.</summary>
    public static Task<List<JsonElement>> ReadAvroAsync(string file) => RunAsync("read-avro.mjs", file);

    public static bool IsInstalled(string package) => Directory.Exists(Path.Combine(TestDataFolder.RepositoryRoot(), "tests", "foreign", "node_modules", package));

    /// <summary>How a script of tests/foreign is started; skips the test where its package is not installed.</summary>
    public static ProcessStartInfo Script(string script, string package)
    {
        var folder = Path.Combine(TestDataFolder.RepositoryRoot(), "tests", "foreign");
        if (!IsInstalled(package)) Assert.Skip($"npm package {package} of tests/foreign is not installed; ./test.sh installs it, or npm ci in that folder");
        return new ProcessStartInfo("node") { ArgumentList = { Path.Combine(folder, script) }, RedirectStandardOutput = true, RedirectStandardError = true };
    }

    private static async Task<List<JsonElement>> RunAsync(string script, params string[] arguments)
    {
        var start = Script(script, "icebird");
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var node = Process.Start(start)!;
        var errors = node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await node.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(node.ExitCode == 0, await errors);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
    }
}
