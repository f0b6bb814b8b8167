using System.Text.Json;

namespace Compare.Schedule;

/// <summary><c>Compare schedule</c>: measures, prints the table, writes it.</summary>
internal static class ScheduleVerb
{
    public static async Task<int> RunAsync(string[] args, Action<string> progress)
    {
        var options = ScheduleOptionsParser.Parse(args, out var errors);
        if (errors.Count > 0)
        {
            Console.Error.WriteLine(string.Join('\n', errors) + "\n" + ScheduleOptionsParser.Usage);
            return 2;
        }
        try
        {
            var report = await new ScheduleRun(options, progress).RunAsync();
            Directory.CreateDirectory(options.Results);
            var path = Path.Combine(options.Results, report.Name);
            var table = ScheduleTable.Render(report);
            await File.WriteAllTextAsync(path + ".json", JsonSerializer.Serialize(report, ScheduleReportJsonContext.Default.ScheduleReport) + "\n");
            await File.WriteAllTextAsync(path + ".md", table);
            Console.Write($"{table}\nWritten to {path}.json and .md\n");
            return 0;
        }
        catch (Exception failure) when (failure is InvalidOperationException or HttpRequestException or FormatException)
        {
            Console.Error.WriteLine(failure.Message);
            return 3;
        }
    }
}
