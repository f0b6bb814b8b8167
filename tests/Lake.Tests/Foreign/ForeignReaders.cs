using System.Diagnostics;
using System.Text.Json;
using TestKit;

namespace Lake.Tests.Foreign;

/// <summary>Runs the readers of tests/foreign, which nobody here wrote; skips the test where they are not installed.</summary>
internal static class ForeignReaders
{
    /// <summary>The rows of a table as icebird reads them.</summary>
    public static Task<List<JsonElement>> ReadTableAsync(string folder) => RunAsync("read-table.mjs", folder);

    /// <summary>Header and records of an Avro file as avsc reads them.</summary>
    public static Task<List<JsonElement>> ReadAvroAsync(string file) => RunAsync("read-avro.mjs", file);

    private static async Task<List<JsonElement>> RunAsync(string script, string argument)
    {
        var folder = Path.Combine(TestDataFolder.RepositoryRoot(), "tests", "foreign");
        if (!Directory.Exists(Path.Combine(folder, "node_modules"))) Assert.Skip("the readers of tests/foreign are not installed; ./test.sh installs them, or npm ci in that folder");
        var start = new ProcessStartInfo("node") { ArgumentList = { Path.Combine(folder, script), argument }, RedirectStandardOutput = true, RedirectStandardError = true };
        using var node = Process.Start(start)!;
        var errors = node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await node.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(node.ExitCode == 0, await errors);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
    }
}
