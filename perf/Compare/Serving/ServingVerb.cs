using Compare.Tables;

namespace Compare.Serving;

/// <summary><c>Compare serving</c>: measures, prints the table, writes it.</summary>
internal static class ServingVerb
{
    public static async Task<int> RunAsync(string[] args, Action<string> progress)
    {
        var options = ServingOptionsParser.Parse(args, out var errors);
        if (errors.Count > 0)
        {
            Console.Error.WriteLine(string.Join('\n', errors) + "\n" + ServingOptionsParser.Usage);
            return 2;
        }
        return await TableOutput.MeasureAsync(new ServingRun(options, progress).RunAsync, options.Results);
    }
}
