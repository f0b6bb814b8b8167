using System.Globalization;
using System.Text.Json;

namespace Trainer.Learners;

/// <summary>How boosted trees are fitted.</summary>
internal sealed class BoostedTreesSettings
{
    public IReadOnlyList<string> FeatureNames { get; set; } = [];
    public IReadOnlyList<int> CategoryColumns { get; set; } = [];

    /// <summary>LightGBM parameters by their main names; those that this class sets itself are refused.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; set; } = new Dictionary<string, string>();
    public int Rounds { get; set; } = 100;

    /// <summary>Rounds without a better validation metric before fitting stops.</summary>
    public int EarlyStoppingRounds { get; set; } = 50;
    public int Seed { get; set; }

    /// <summary>
    /// 1: on shared cores the library's own threads lose 7 to 12 times the time that they save, and one thread is deterministic.
    /// </summary>
    public int Threads { get; set; } = 1;

    private static readonly string[] _own =
    [
        "seed", "num_threads", "deterministic", "force_row_wise", "force_col_wise", "verbosity", "categorical_feature",
        "num_iterations", "early_stopping_round", "metric",
    ];

    public string ToParameterString()
    {
        var known = KnownParameters();
        foreach (var name in Parameters.Keys)
        {
            if (_own.Contains(name)) throw new TrainerException($"The learner's parameter '{name}' is set by the trainer itself.");
            if (!known.Contains(name))
            {
                throw new TrainerException($"The learner's parameter '{name}' is not the main name of a LightGBM parameter.");
            }
        }
        var all = new List<string>(Parameters.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}={p.Value}"))
        {
            string.Create(CultureInfo.InvariantCulture, $"seed={Seed}"),
            string.Create(CultureInfo.InvariantCulture, $"num_threads={Threads}"),
            "deterministic=true",
            "force_row_wise=true",
            "verbosity=-1",
        };
        if (CategoryColumns.Count > 0) all.Add($"categorical_feature={string.Join(',', CategoryColumns)}");
        return string.Join(' ', all);
    }

    private static HashSet<string> KnownParameters()
    {
        LightGbmNative.Check(LightGbmNative.LGBM_DumpParamAliases(0, out var length, []));
        var text = new byte[length];
        LightGbmNative.Check(LightGbmNative.LGBM_DumpParamAliases(length, out _, text));
        using var json = JsonDocument.Parse(text.AsMemory(0, text.AsSpan().IndexOf((byte)0)));
        return [.. json.RootElement.EnumerateObject().Select(p => p.Name)];
    }
}
