using System.Text;
using Trainer.Data;

namespace Trainer.Learners;

/// <summary>Fits boosted trees with LightGBM: same rows, settings and seed give the same trees, byte for byte.</summary>
internal static class BoostedTreesLearner
{
    /// <summary>
    /// Stops early where the objective's own metric, a loss, no longer falls on the validation rows; without them, all rounds run.
    /// </summary>
    public static BoostedTrees Fit(LabeledMatrix training, LabeledMatrix? validation, BoostedTreesSettings settings)
    {
        var parameters = settings.ToParameterString();
        using var trainingSet = CreateDataset(training, parameters, settings.FeatureNames, reference: null);
        using var validationSet = validation is null ? null : CreateDataset(validation, parameters, settings.FeatureNames, trainingSet);
        LightGbmNative.Check(LightGbmNative.LGBM_BoosterCreate(trainingSet, parameters, out var booster));
        using (booster)
        {
            if (validationSet is not null) LightGbmNative.Check(LightGbmNative.LGBM_BoosterAddValidData(booster, validationSet));
            var rounds = Boost(booster, validationSet is not null, settings);
            return BoostedTrees.Load(SaveToString(booster, rounds), settings.Threads);
        }
    }

    private static int Boost(BoosterHandle booster, bool hasValidation, BoostedTreesSettings settings)
    {
        var best = (Round: 0, Loss: double.PositiveInfinity);
        for (var round = 1; round <= settings.Rounds; round++)
        {
            LightGbmNative.Check(LightGbmNative.LGBM_BoosterUpdateOneIter(booster, out var isFinished));
            if (!hasValidation)
            {
                best.Round = round;
            }
            else
            {
                var loss = ValidationLoss(booster);
                if (loss < best.Loss) best = (round, loss);
                if (round - best.Round >= settings.EarlyStoppingRounds) break;
            }
            if (isFinished != 0) break;
        }
        if (best.Round == 0) throw new TrainerException("LightGBM: the validation loss is not a number; the labels do not fit the objective.");
        return best.Round;
    }

    private static double ValidationLoss(BoosterHandle booster)
    {
        const int FirstValidationSet = 1;
        LightGbmNative.Check(LightGbmNative.LGBM_BoosterGetEvalCounts(booster, out var count));
        var losses = new double[count];
        LightGbmNative.Check(LightGbmNative.LGBM_BoosterGetEval(booster, FirstValidationSet, out _, losses));
        return losses[0];
    }

    private static DatasetHandle CreateDataset(LabeledMatrix rows, string parameters, IReadOnlyList<string> names, DatasetHandle? reference)
    {
        var (x, labels) = rows;
        LightGbmNative.Check(LightGbmNative.LGBM_DatasetCreateFromMat(
            x.Values, LightGbmNative.Float32, x.Rows, x.Columns, isRowMajor: 1, parameters,
            reference?.DangerousGetHandle() ?? 0, out var dataset));
        LightGbmNative.Check(LightGbmNative.LGBM_DatasetSetField(dataset, "label", labels, labels.Length, LightGbmNative.Float32));
        LightGbmNative.Check(LightGbmNative.LGBM_DatasetSetFeatureNames(dataset, [.. names], names.Count));
        return dataset;
    }

    private static string SaveToString(BoosterHandle booster, int rounds)
    {
        const int SplitImportance = 0;
        LightGbmNative.Check(LightGbmNative.LGBM_BoosterSaveModelToString(booster, 0, rounds, SplitImportance, 0, out var length, []));
        var text = new byte[length];
        LightGbmNative.Check(LightGbmNative.LGBM_BoosterSaveModelToString(booster, 0, rounds, SplitImportance, length, out _, text));
        return Encoding.UTF8.GetString(text.AsSpan(0, text.AsSpan().IndexOf((byte)0)));
    }
}
