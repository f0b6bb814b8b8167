using Compare.Tables;
using Grpc.Core;

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
        try
        {
            return await TableOutput.WriteAsync(await new FeatureRun(options, progress).RunAsync(), options.Results);
        }
        catch (Exception failure) when (failure is InvalidOperationException or HttpRequestException or FormatException or RpcException)
        {
            Console.Error.WriteLine(failure.Message);
            return 3;
        }
    }
}
