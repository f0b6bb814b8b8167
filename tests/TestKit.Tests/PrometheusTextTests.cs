namespace TestKit.Tests;

public sealed class PrometheusTextTests
{
    private const string Good = "# HELP a About a.\n# TYPE a counter\na{x=\"1\"} 2\na 3\n# HELP h About h.\n# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_bucket{le=\"+Inf\"} 2\nh_sum 2.5\nh_count 2\n";

    [Fact]
    public void A_good_page_is_read()
    {
        var families = PrometheusText.Parse(Good);
        Assert.Equal(["a", "h"], families.Select(f => f.Name));
        Assert.Equal([2, 3], families[0].Samples.Select(s => s.Value));
    }

    [Theory]
    [InlineData("a 3\n", "a 3")]
    [InlineData("# TYPE a counter\n", "")]
    [InlineData("# HELP a About a.\n", "")]
    [InlineData("a counter", "a number")]
    [InlineData("a 3\n", "a{x=\"1\"} 3\n")]
    [InlineData("a 3\n", "a -3\n")]
    [InlineData("a 3\n", "b 3\n")]
    [InlineData("a 3\n", "a{y=\"1\",y=\"2\"} 3\n")]
    [InlineData("a 3\n", "a{1y=\"1\"} 3\n")]
    [InlineData("a 3\n", "a{y=\"1\" 3\n")]
    [InlineData("a 3\n", "a 3,0\n")]
    [InlineData("x=\"1\"", "x=\"\\t\"")]
    [InlineData("# HELP h About h.\n# TYPE h", "# HELP a About h.\n# TYPE a")]
    [InlineData("le=\"1\"} 1", "le=\"1\"} 3")]
    [InlineData("h_bucket{le=\"+Inf\"} 2\n", "")]
    [InlineData("h_sum 2.5\n", "")]
    [InlineData("h_count 2\n", "h_count 3\n")]
    [InlineData("h_count 2\n", "h_count 2")]
    public void A_page_with_a_fault_is_refused(string text, string fault)
    {
        var at = Good.IndexOf(text, StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => PrometheusText.Parse(Good[..at] + fault + Good[(at + text.Length)..]));
    }
}
