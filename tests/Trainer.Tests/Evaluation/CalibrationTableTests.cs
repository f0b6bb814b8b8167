using Trainer.Evaluation;

namespace Trainer.Tests.Evaluation;

public sealed class CalibrationTableTests
{
    // Band 0.1 to 0.2 predicts 0.15 and sees 0.5 in two rows; the last band takes 1.0, predicts 0.975 and sees 1:
    // (2 x 0.35 + 2 x 0.025) / 4.
    [Fact]
    public void Bands_compare_predicted_with_observed_and_the_error_is_their_weighted_gap()
    {
        var table = CalibrationTable.Of([0, 1, 1, 1], [0.12, 0.18, 0.95, 1.0]);
        Assert.Equal([(0.1, 2), (0.9, 2)], table.Bins.Select(b => (b.From, b.Rows)));
        Assert.Equal(0.15, table.Bins[0].Predicted, 12);
        Assert.Equal(0.5, table.Bins[0].Observed, 12);
        Assert.Equal(0.1875, table.ExpectedError, 12);
    }

    [Fact]
    public void Predictions_that_come_true_have_no_error() =>
        Assert.Equal(0, CalibrationTable.Of([0, 0, 0, 1, 1, 1, 1, 0], [0.25, 0.25, 0.25, 0.25, 0.75, 0.75, 0.75, 0.75]).ExpectedError, 12);
}
