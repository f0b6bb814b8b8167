using Compare.Tables;

namespace Compare.Features;

/// <summary><c>Compare features</c>: measures, prints the table, writes it.</summary>
internal static class FeatureTableVerb
{
    public static async Task<int> RunAsync(string[] args, Action<string> progress)
    {
        var options = FeatureTableOptionsParser.Parse(args, out var errors);
        if (errors.Count > 0)
        {
            Console.Error.WriteLine(string.Join('\n', errors) + "\n" + FeatureTableOptionsParser.Usage);
            return 2;
        }
        return await TableOutput.MeasureAsync(new FeatureRun(options, progress).RunAsync, options.Results);
    }
}
