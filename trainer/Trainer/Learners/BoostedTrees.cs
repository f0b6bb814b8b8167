using System.Text;
using Trainer.Data;

namespace Trainer.Learners;

/// <summary>A fitted booster, loaded from its own text form: what it predicts is what the text says. Owns native memory.</summary>
internal sealed class BoostedTrees : IDisposable
{
    private readonly BoosterHandle _booster;
    private readonly string _parameters;

    private BoostedTrees(BoosterHandle booster, string text, int rounds, int threads)
    {
        (_booster, Text, Rounds) = (booster, text, rounds);
        _parameters = $"num_threads={threads} verbosity=-1";
        LightGbmNative.Check(LightGbmNative.LGBM_BoosterGetNumClasses(booster, out var classes));
        Classes = classes;
    }

    /// <summary>LightGBM's text form of the model.</summary>
    public string Text { get; }
    public int Rounds { get; }

    /// <summary>Values predicted for a row: the classes of a multiclass objective, else 1.</summary>
    public int Classes { get; }

    public static BoostedTrees Load(string text, int threads)
    {
        byte[] terminated = [.. Encoding.UTF8.GetBytes(text), 0];
        LightGbmNative.Check(LightGbmNative.LGBM_BoosterLoadModelFromString(terminated, out var rounds, out var booster));
        return new BoostedTrees(booster, text, rounds, threads);
    }

    /// <summary>
    /// Predictions as the objective defines them (probabilities, values), row by row, <see cref="Classes"/> for each row.
    /// </summary>
    public double[] Predict(FeatureMatrix rows)
    {
        var results = new double[rows.Rows * Classes];
        LightGbmNative.Check(LightGbmNative.LGBM_BoosterPredictForMat(
            _booster, rows.Values, LightGbmNative.Float32, rows.Rows, rows.Columns, isRowMajor: 1,
            LightGbmNative.PredictTransformed, 0, LightGbmNative.AllIterations, _parameters, out _, results));
        return results;
    }

    public void Dispose() => _booster.Dispose();
}
