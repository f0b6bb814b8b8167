using System.Diagnostics;
using Compare.Machine;
using Compare.Models;
using Compare.Results;
using Compare.Servers;

namespace Compare.Rows;

/// <summary>How fast an appliance with its models is there, and how much memory it then holds.</summary>
internal static class StartUpRow
{
    /// <summary>Long enough for what a start leaves behind to settle; part of the row's definition.</summary>
    private static readonly TimeSpan _idle = TimeSpan.FromSeconds(2);

    public static async Task<StartUpFigures> MeasureAsync(CompareOptions options)
    {
        var repository = Repository(options);
        var ready = new List<double>();
        var resident = new List<double>();
        for (var start = 0; start < options.StartupStarts; start++)
        {
            using var server = await ServerProcess.StartApplianceAsync(options.Appliance, repository, options.Work);
            ready.Add(Stopwatch.GetElapsedTime(server.Started).TotalSeconds);
            await Task.Delay(_idle);
            resident.Add(ProcessMemory.ResidentMegabytes(server.Id));
        }
        return new StartUpFigures
        {
            Models = [.. Directory.GetDirectories(repository).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)],
            ReadySeconds = Spread.Of(ready),
            ResidentMegabytes = Spread.Of(resident),
        };
    }

    /// <summary>The starter models where they have been trained, else two MLPs.</summary>
    private static string Repository(CompareOptions options) => Directory.Exists(options.Models)
        ? Path.GetFullPath(options.Models)
        : RepositoryFolder.Create(Path.Combine(options.Work, "two-models")).Add("mlp-a", seed: 1).Add("mlp-b", seed: 2).Path;
}
