using Compare.Results;
using Compare.Tables;
using Xunit;

namespace Compare.Tests.Tables;

public sealed class TableRendererTests
{
    [Fact]
    public void A_line_says_reached_missed_or_nothing()
    {
        var report = new TableReport
        {
            Name = "today",
            Lines =
            [
                TableLines.AtLeast("gather", "times faster", "282.0 µs", Spread.Of([5.5]), 5),
                TableLines.AtMost("recovery", "seconds", "", Spread.Of([6]), 5),
                TableLines.Reported("store", "reads", "", "3.1 M/s"),
            ],
        };

        var lines = TableRenderer.Render(report).Split('\n');

        Assert.Contains("| gather | times faster | 282.0 µs | 5.50 (5.50–5.50) | at least 5 | reached |", lines);
        Assert.Contains("| recovery | seconds |  | 6.00 (6.00–6.00) | at most 5 | missed |", lines);
        Assert.Contains("| store | reads |  | 3.1 M/s |  |  |", lines);
    }

    [Fact]
    public void Rows_that_could_not_be_measured_are_named_with_the_reason()
    {
        var report = new TableReport { Name = "today", NotMeasured = ["gather: no redis-server"] };

        Assert.EndsWith("## Not measured\n\n- gather: no redis-server\n", TableRenderer.Render(report), StringComparison.Ordinal);
    }
}
