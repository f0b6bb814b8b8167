using System.Diagnostics;
using Lake.Tests.Tables;
using Lake.Write;
using LakeService.Commands;

namespace LakeService.Tests;

public sealed class LakeProcessTests : IDisposable
{
    private readonly RowsBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Fact]
    public async Task The_program_answers_by_its_settings_and_ends_with_codes_that_scripts_can_ask_for()
    {
        var table = await _bed.CreateAsync();
        await table.AppendAsync([RowsBed.Rows((1, "店", 1), (2, null, 2))], LakeBed.Cancellation);
        Assert.Equal((LakeProgram.Done, "id,shop,amount\n1,店,1\n2,,2\n", ""), await RunAsync(_bed.Bed.Folder, "sql", "FROM shop.orders ORDER BY id", "--format", "csv"));
        Assert.Equal((LakeProgram.Failed, "", "lake: table 'none' is not in the lake; it must be namespace.table, or the name of one table alone\n"), await RunAsync(_bed.Bed.Folder, "sql", "FROM none"));
        Assert.Equal((LakeProgram.Misused, "", "lake: Lake:Warehouse is '/nowhere'; there is no such folder\n"), await RunAsync("/nowhere", "tables"));
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("table")]
    public async Task A_query_whose_output_is_closed_ends_and_says_nothing(string format)
    {
        await _bed.CreateAsync();
        using var process = Process.Start(Command(_bed.Bed.Folder, "sql", "FROM range(1000000000000)", "--format", format))!;
        try
        {
            using var limit = Limit();
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            Assert.StartsWith("range", await process.StandardOutput.ReadLineAsync(limit.Token), StringComparison.Ordinal);
            process.StandardOutput.Close();
            await process.WaitForExitAsync(limit.Token);
            Assert.Equal((LakeProgram.Closed, ""), (process.ExitCode, await error));
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    private static CancellationTokenSource Limit()
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(LakeBed.Cancellation);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        return limit;
    }

    private static ProcessStartInfo Command(string warehouse, params string[] args)
    {
        // As it is built, under the name that people call it by.
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory.Replace("/tests/LakeService.Tests/", "/lake/LakeService/", StringComparison.Ordinal), "lake")) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var arg in args) start.ArgumentList.Add(arg);
        start.Environment["Lake__Warehouse"] = warehouse;
        return start;
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(string warehouse, params string[] args)
    {
        using var process = Process.Start(Command(warehouse, args))!;
        try
        {
            using var limit = Limit();
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            var output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, output, await error);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }
}
