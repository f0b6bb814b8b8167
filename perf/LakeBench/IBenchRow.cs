using LakeBench.Results;

namespace LakeBench;

/// <summary>Something of the lake that is measured beside a yardstick or a bound.</summary>
internal interface IBenchRow
{
    /// <summary>Its name on the command line.</summary>
    string Name { get; }

    /// <summary>Makes what it needs, measures, and gives lines of the table.</summary>
    Task<IReadOnlyList<BenchLine>> RunAsync(BenchPlace place);
}
