using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Compare;
using Compare.Features;
using Compare.Results;
using Compare.Schedule;
using Compare.Serving;
using Grpc.Core;

if (CompareHelp.Of(args) is { } help)
{
    Console.WriteLine(help);
    return 0;
}
if (args is ["features", .. var rest]) return await FeatureTableVerb.RunAsync(rest, Say);
if (args is ["schedule", .. var schedule]) return await ScheduleVerb.RunAsync(schedule, Say);
if (args is ["serving", .. var serving]) return await ServingVerb.RunAsync(serving, Say);

var options = CompareOptionsParser.Parse(args, out var errors);
if (errors.Count > 0)
{
    Console.Error.WriteLine(string.Join('\n', errors) + "\n" + CompareOptionsParser.Usage);
    return 2;
}
try
{
    var report = await new Comparison(options, Say).RunAsync();
    Write(report.Name, report, ResultJsonContext.Default.CompareReport, CompareTable.Render(report));
    return report.NotMeasured.Count == 0 ? 0 : 1;
}
catch (Exception failure) when (failure is InvalidOperationException or HttpRequestException or FormatException or RpcException)
{
    Console.Error.WriteLine(failure.Message);
    return 3;
}

void Write<T>(string name, T report, JsonTypeInfo<T> type, string table)
{
    Directory.CreateDirectory(options.Results);
    var path = Path.Combine(options.Results, name);
    File.WriteAllText(path + ".json", JsonSerializer.Serialize(report, type) + "\n");
    File.WriteAllText(path + ".md", table);
    Console.Write($"{table}\nWritten to {path}.json and .md\n");
}

static void Say(string step) => Console.Error.WriteLine($"perf: {step}");
