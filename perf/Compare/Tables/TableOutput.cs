using System.Text.Json;
using Grpc.Core;

namespace Compare.Tables;

/// <summary>Prints a table and writes it beside the others.</summary>
internal static class TableOutput
{
    /// <summary>Measures a table and writes it. Returns the exit code: 0 where every row was measured, 1 where one was not, 3 where nothing could be.</summary>
    public static async Task<int> MeasureAsync(Func<Task<TableReport>> measure, string folder)
    {
        try
        {
            return await WriteAsync(await measure(), folder);
        }
        catch (Exception failure) when (failure is InvalidOperationException or HttpRequestException or FormatException or RpcException)
        {
            Console.Error.WriteLine(failure.Message);
            return 3;
        }
    }

    private static async Task<int> WriteAsync(TableReport report, string folder)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, report.Name);
        var table = TableRenderer.Render(report);
        await File.WriteAllTextAsync(path + ".json", JsonSerializer.Serialize(report, TableReportJsonContext.Default.TableReport) + "\n");
        await File.WriteAllTextAsync(path + ".md", table);
        Console.Write($"{table}\nWritten to {path}.json and .md\n");
        return report.NotMeasured.Count == 0 ? 0 : 1;
    }
}
