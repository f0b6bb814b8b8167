using Compare.Servers;
using Xunit;

namespace Compare.Tests.Servers;

public sealed class ServerAnswersTests
{
    [Fact]
    public void Counts_are_summed_over_versions_in_both_forms_of_json()
    {
        var counts = ModelCounts.Parse("""
            {"model_stats":[{"name":"m","version":"1","inference_count":100,"execution_count":20},
                            {"name":"m","version":"2","inference_count":"30","execution_count":"10"},{"name":"m","version":"3"}]}
            """);

        Assert.Equal(new ModelCounts(130, 30), counts);
    }

    [Fact]
    public void The_mean_batch_is_what_was_added_between_two_readings()
    {
        Assert.Equal(8, new ModelCounts(180, 20).MeanBatchSince(new ModelCounts(100, 10)));
        Assert.Equal(1, new ModelCounts(100, 10).MeanBatchSince(new ModelCounts(100, 10)));
    }

    [Fact]
    public void A_metric_is_summed_over_its_labels_and_not_over_its_namesakes()
    {
        const string Page = """
            # HELP a What it is.
            # TYPE a counter
            a 1.5
            a{model="x"} 2
            a{model="y } z",version="1"} 1e3 1795395127158
            a_total 7
            """;

        Assert.Equal(1003.5, MetricsPage.Sum(Page, "a"));
        Assert.Equal(7, MetricsPage.Sum(Page, "a_total"));
        Assert.Throws<FormatException>(() => MetricsPage.Sum(Page, "b"));
    }

    [Fact]
    public void Three_different_ports_are_picked()
    {
        var ports = ServerPorts.Pick();

        Assert.Equal(3, new[] { ports.Http, ports.Grpc, ports.Metrics }.Distinct().Count());
    }
}
