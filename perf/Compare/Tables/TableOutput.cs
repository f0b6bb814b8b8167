using System.Text.Json;

namespace Compare.Tables;

/// <summary>Prints a table and writes it beside the others.</summary>
internal static class TableOutput
{
    /// <summary>Returns the exit code: 0 where every row was measured, else 1.</summary>
    public static async Task<int> WriteAsync(TableReport report, string folder)
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
