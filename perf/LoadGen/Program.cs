using System.Net.Sockets;
using System.Text.Json;
using Appliance.LoadGen;
using Appliance.LoadGen.Reports;
using LoadGen;

var options = LoadOptionsParser.Parse(args, out var errors);
if (errors.Count > 0)
{
    Console.Error.WriteLine(string.Join('\n', errors) + "\n" + LoadOptionsParser.Usage);
    return 2;
}
try
{
    var report = LoadRun.Execute(options);
    Console.Write(LoadReportTable.Render(report));
    if (options.Output is { } file)
    {
        File.WriteAllText(file, JsonSerializer.Serialize(report, LoadReportJsonContext.Default.LoadReport) + "\n");
    }
    return report.Failed == 0 ? 0 : 1;
}
catch (Exception failure) when (failure is IOException or SocketException)
{
    Console.Error.WriteLine(failure.Message);
    return 3;
}
