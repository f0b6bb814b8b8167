using System.Globalization;
using System.Text;

namespace Trainer.Evaluation;

/// <summary>Quality of a binary model on held-out rows.</summary>
/// <param name="F1Threshold">Chosen on the validation rows.</param>
internal sealed record EvaluationReport(
    int Rows,
    int Positives,
    double Auc,
    double PrAuc,
    double F1,
    double F1Threshold,
    double LogLoss,
    double Brier,
    CalibrationTable Calibration)
{
    public static EvaluationReport Of(IReadOnlyList<float> labels, IReadOnlyList<double> scores, double f1Threshold) => new(
        labels.Count,
        labels.Count(y => y == 1),
        RankingMetrics.Auc(labels, scores),
        RankingMetrics.AveragePrecision(labels, scores),
        ThresholdMetrics.F1(labels, scores, f1Threshold),
        f1Threshold,
        ProbabilityMetrics.LogLoss(labels, scores),
        ProbabilityMetrics.Brier(labels, scores),
        CalibrationTable.Of(labels, scores));

    public Dictionary<string, double> ToMetrics() => new()
    {
        ["auc"] = Auc,
        ["pr_auc"] = PrAuc,
        ["f1"] = F1,
        ["f1_threshold"] = F1Threshold,
        ["log_loss"] = LogLoss,
        ["brier"] = Brier,
        ["expected_calibration_error"] = Calibration.ExpectedError,
        ["held_out_rows"] = Rows,
        ["held_out_positives"] = Positives,
    };

    public string ToText()
    {
        var text = new StringBuilder();
        void Line(FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));

        Line($"  held out           {Rows} rows, {Positives} positive ({(double)Positives / Rows:P1})");
        Line($"  AUC                {Auc:F4}");
        Line($"  PR-AUC             {PrAuc:F4}");
        Line($"  F1                 {F1:F4} at {F1Threshold:F3} (chosen on validation)");
        Line($"  log loss           {LogLoss:F4}");
        Line($"  Brier              {Brier:F4}");
        Line($"  calibration error  {Calibration.ExpectedError:F4} (expected, {CalibrationTable.BinCount} bins)");
        Line($"  probability    rows  predicted  observed");
        foreach (var bin in Calibration.Bins)
        {
            Line($"  {bin.From:F1} to {bin.To:F1}  {bin.Rows,7}  {bin.Predicted,9:F3}  {bin.Observed,8:F3}");
        }
        return text.ToString();
    }
}
