using Trainer.Data;
using Trainer.Pipelines;

namespace Trainer.Tests.Data;

public sealed class TrainingSetBuilderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Columns_aggregates_and_labels_meet_in_the_tables_rows()
    {
        _folder.Write("t.csv", "id,left,plan,months\nm1,Yes,gold,NA\nm2,No,,3\n");
        _folder.Write("e.csv", "at,id,kind\n2025-01-02T00:00:00Z,m2,like\n");
        var set = new TrainingSetBuilder(Definition(), _folder.Path).Build();
        Assert.Equal([1f, 0], set.Labels);
        Assert.Equal(["months", "plan", "likes"], set.Features.Columns.Select(c => c.Name));
        Assert.Equal([float.NaN, 3], set.Features.Columns[0].Numbers!);
        Assert.Equal(["gold", ""], set.Features.Columns[1].Texts!);
        Assert.Equal([0f, 1], set.Features.Columns[2].Numbers!);
        Assert.Equal("t.csv, e.csv", set.Source);
    }

    [Theory]
    [InlineData("id,left,plan,months\nm1,Maybe,gold,1\n", ":2: column 'left' is 'Maybe'; it must be 'Yes' or 'No'.")]
    [InlineData("id,left,plan,months\nm1,Yes,gold,1\nm1,No,gold,1\n", ":3: column 'id' is 'm1'; a key must not come twice.")]
    [InlineData("id,left,plan\nm1,Yes,gold\n", "there is no column 'months'; the columns are id, left, plan.")]
    [InlineData("id,left,plan,months\nm1,Yes,gold,?\n", ":2: column 'months' is '?'; it must be a finite number.")]
    [InlineData("id,left,plan,months\nm1,Yes,gold,1\n", "column 'left' must hold both labels.")]
    public void Bad_tables_are_refused_with_place_value_and_rule(string table, string expected)
    {
        _folder.Write("t.csv", table);
        _folder.Write("e.csv", "at,id,kind\n");
        var error = Assert.Throws<TrainerException>(() => new TrainingSetBuilder(Definition(), _folder.Path).Build());
        Assert.Contains(expected, error.Message);
    }

    [Fact]
    public void A_missing_value_of_a_feature_that_is_not_optional_is_refused()
    {
        _folder.Write("t.csv", "id,left,plan,months\nm1,Yes,gold,NA\n");
        var definition = Definition();
        definition.Features[0].Optional = false;
        var error = Assert.Throws<TrainerException>(() => new TrainingSetBuilder(definition, _folder.Path).Build());
        Assert.Contains(":2: column 'months' is 'NA'; the feature is not optional", error.Message);
    }

    private static PipelineDefinition Definition() => new()
    {
        Table = new() { File = "t.csv", Key = "id", Missing = ["", "NA"] },
        Events = new()
        {
            File = "e.csv", Key = "id", Time = "at", Kind = "kind", AsOf = DateTimeOffset.Parse("2025-01-31T00:00:00Z"), WindowDays = 30,
        },
        Label = new() { Column = "left", Positive = "Yes", Negative = "No" },
        Features =
        [
            new() { Name = "months", Optional = true },
            new() { Name = "plan", Kind = PipelineFeature.CategoryKind, Optional = true },
            new() { Name = "likes", Aggregate = new() { Weights = { ["like"] = 1 } } },
        ],
    };

    public void Dispose() => _folder.Dispose();
}
