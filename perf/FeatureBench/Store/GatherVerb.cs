using System.Globalization;

namespace FeatureBench.Store;

/// <summary>The verb that measures the gather alone and prints its median in microseconds: one side of a comparison that goes in rounds.</summary>
internal static class GatherVerb
{
    public static int Run()
    {
        var folder = Directory.CreateTempSubdirectory("feature-bench-").FullName;
        try
        {
            using var table = TableFill.Open(folder, StoreVerb.Memory);
            TableFill.Fill(table, StoreVerb.Keys, StoreVerb.Now);
            Console.WriteLine(Gathers.Run(table, StoreVerb.Keys, StoreVerb.Now).ToString("F2", CultureInfo.InvariantCulture));
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
