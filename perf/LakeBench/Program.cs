using LakeBench;
using LakeBench.Results;

// lake-bench [--only NAME,NAME] [--rounds N] [--folder DIR]: measures the lake beside its yardsticks and prints a table of medians.
if (!BenchOptionsParser.TryParse(args, out var options, out var error))
{
    Console.Error.WriteLine(error);
    return 2;
}
var lines = new List<BenchLine>();
foreach (var row in BenchRows.All.Where(r => options.Only is null || options.Only.Contains(r.Name)))
{
    Console.Error.WriteLine($"lake-bench: {row.Name}");
    using var place = new BenchPlace(options.Folder ?? Path.GetTempPath(), options.Rounds);
    lines.AddRange(await row.RunAsync(place));
}
Console.Write(BenchTable.Of(lines));
return 0;
