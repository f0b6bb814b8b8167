using Compare.Features;
using Xunit;

namespace Compare.Tests.Features;

public sealed class FeatureTableOptionsParserTests
{
    [Fact]
    public void Every_row_is_measured_unless_some_are_named()
    {
        Assert.Equal(FeatureTableOptions.AllRows, FeatureTableOptionsParser.Parse([], out var none).Only);
        Assert.Equal(["gather", "ingest"], FeatureTableOptionsParser.Parse(["--only", "gather,ingest"], out var some).Only);
        Assert.Empty(none.Concat(some));
    }

    [Fact]
    public void A_row_that_there_is_not_is_refused_with_those_that_there_are()
    {
        FeatureTableOptionsParser.Parse(["--only", "gather,gatter"], out var errors);

        Assert.Equal(["--only is 'gather,gatter'; it must be words with commas between, of store gather recovery online entity twohop ingest."], errors);
    }

    [Fact]
    public void A_quick_run_has_one_round_of_a_second_and_takes_other_options_all_the_same()
    {
        var options = FeatureTableOptionsParser.Parse(["--quick", "--seconds", "2"], out var errors);

        Assert.Equal((1, 2.0), (options.Rounds, options.Seconds));
        Assert.Empty(errors);
    }
}
