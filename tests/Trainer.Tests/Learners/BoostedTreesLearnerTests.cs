using Trainer.Learners;

namespace Trainer.Tests.Learners;

public sealed class BoostedTreesLearnerTests
{
    private static readonly SyntheticRows _rows = new(600, 6, seed: 11);

    [Fact]
    public void The_same_rows_settings_and_seed_give_the_same_text_and_another_seed_does_not()
    {
        string Text(int seed)
        {
            var rows = new LabeledMatrix(_rows.Encoding.Encode(_rows.Table), _rows.Binary);
            using var trees = BoostedTreesLearner.Fit(rows, null, Settings(seed));
            return trees.Text;
        }
        Assert.Equal(Text(1), Text(1));
        Assert.NotEqual(Text(1), Text(2));
    }

    [Fact]
    public void Fitting_stops_at_the_round_with_the_lowest_validation_loss()
    {
        var training = new LabeledMatrix(_rows.Encoding.Encode(_rows.Table), _rows.Binary);
        var noise = new SyntheticRows(200, 6, seed: 12);
        var validation = new LabeledMatrix(_rows.Encoding.Encode(noise.Table), [.. noise.Binary.Select((y, i) => i % 3 == 0 ? 1 - y : y)]);
        using var stopped = BoostedTreesLearner.Fit(training, validation, Settings(1));
        Assert.InRange(stopped.Rounds, 1, 299);
        Assert.Equal(stopped.Rounds, TreeModelParser.Parse(stopped.Text).Trees.Count);

        double Loss(int rounds)
        {
            var settings = Settings(1);
            settings.Rounds = rounds;
            using var trees = BoostedTreesLearner.Fit(training, null, settings);
            return Trainer.Evaluation.ProbabilityMetrics.LogLoss(validation.Labels, trees.Predict(validation.Features));
        }
        var best = Loss(stopped.Rounds);
        Assert.True(best < Loss(stopped.Rounds + 1));
        Assert.True(best < Loss(stopped.Rounds + 20));
    }

    [Theory]
    [InlineData("num_threads", "is set by the trainer itself")]
    [InlineData("learning_rat", "is not the main name of a LightGBM parameter")]
    [InlineData("shrinkage_rate", "is not the main name of a LightGBM parameter")]
    public void Parameters_that_would_be_ignored_or_override_are_refused(string name, string expected)
    {
        var settings = new BoostedTreesSettings { Parameters = new Dictionary<string, string> { [name] = "1" } };
        var error = Assert.Throws<TrainerException>(settings.ToParameterString);
        Assert.Equal($"The learner's parameter '{name}' {expected}.", error.Message);
    }

    [Fact]
    public void The_librarys_own_errors_come_with_its_words()
    {
        var error = Assert.Throws<TrainerException>(() => _rows.Fit(_rows.Classes, 2, ("objective", "multiclass"), ("num_class", "2")));
        Assert.StartsWith("LightGBM: Label must be in [0, 2)", error.Message);
    }

    private static BoostedTreesSettings Settings(int seed) => new()
    {
        FeatureNames = ["x", "y", "kind"],
        CategoryColumns = [2],
        Parameters = new Dictionary<string, string>
        {
            ["objective"] = "binary",
            ["bagging_fraction"] = "0.7",
            ["bagging_freq"] = "1",
            ["num_leaves"] = "15",
        },
        Rounds = 300,
        EarlyStoppingRounds = 20,
        Seed = seed,
    };
}
