using Trainer.Data;

namespace Trainer.Tests.Data;

public sealed class FeatureEncodingTests
{
    [Fact]
    public void Categories_are_coded_from_one_in_ordinal_order_missing_is_NaN_and_unseen_is_one_past_the_last()
    {
        var encoding = FeatureEncoding.Fit(new FeatureTable([new FeatureColumn("plan", ["b", "", "a", "B", "b"])]));
        Assert.Equal(["B", "a", "b"], encoding.Features[0].Categories);
        var coded = encoding.Encode(new FeatureTable([new FeatureColumn("plan", ["B", "a", "b", "", "new"])]));
        Assert.Equal([1, 2, 3, float.NaN, 4], coded.Values);
    }

    [Fact]
    public void Numbers_pass_as_they_are_and_rows_are_laid_out_one_after_the_other()
    {
        var table = new FeatureTable([new FeatureColumn("x", [1.5f, float.NaN]), new FeatureColumn("plan", ["b", "a"])]);
        var encoding = FeatureEncoding.Fit(table);
        Assert.Equal([1.5f, 2, float.NaN, 1], encoding.Encode(table).Values);
        Assert.Equal([1], encoding.CategoryColumns);
    }
}
