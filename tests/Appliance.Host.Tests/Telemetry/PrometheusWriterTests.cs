using System.Buffers;
using System.Text;
using Appliance.Host.Telemetry;
using TestKit;

namespace Appliance.Host.Tests.Telemetry;

public sealed class PrometheusWriterTests
{
    private static readonly MetricDefinition Gauge = new("g", MetricKind.Gauge, "1", "About g.", "model");

    [Fact]
    public void A_family_has_one_head_and_its_samples_below()
    {
        var page = Write(w =>
        {
            w.Begin(Gauge);
            w.Sample(1, "a");
            w.Sample(0.25, "b");
        });
        Assert.Equal("# HELP g About g.\n# TYPE g gauge\ng{model=\"a\"} 1\ng{model=\"b\"} 0.25\n", page);
    }

    [Fact]
    public void Names_and_help_are_escaped()
    {
        var odd = "a\"b\\c\nd 模型";
        var page = Write(w =>
        {
            w.Begin(new MetricDefinition("g", MetricKind.Gauge, "1", "back\\slash\nand \"quotes\"", "model"));
            w.Sample(1, odd);
        });
        Assert.Contains("# HELP g back\\\\slash\\nand \"quotes\"\n", page);
        Assert.Contains("g{model=\"a\\\"b\\\\c\\nd 模型\"} 1\n", page);
        var family = Assert.Single(PrometheusText.Parse(page));
        Assert.Equal(odd, family.Samples[0].Labels["model"]);
        Assert.Equal("back\\slash\nand \"quotes\"", family.Help);
    }

    [Theory]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "+Inf")]
    [InlineData(double.NegativeInfinity, "-Inf")]
    [InlineData(1e300, "1E+300")]
    [InlineData(9007199254740991, "9007199254740991")]
    [InlineData(-0.5, "-0.5")]
    public void Every_number_is_written_as_the_format_wants(double value, string text) => Assert.Contains($" {text}\n", Write(w =>
    {
        w.Begin(Gauge);
        w.Sample(value, "a");
    }));

    [Fact]
    public void An_empty_label_value_leaves_the_label_out() => Assert.EndsWith("\ng 1\n", Write(w =>
    {
        w.Begin(Gauge);
        w.Sample(1, "");
    }));

    [Fact]
    public void A_family_without_samples_leaves_nothing_behind() => Assert.Equal("", Write(w => w.Begin(Gauge)));

    [Fact]
    public void A_histogram_is_cumulative_and_complete()
    {
        var page = Write(w =>
        {
            w.Begin(new MetricDefinition("h", MetricKind.Histogram, "µs", "About h.", "model"));
            w.Histogram([50, 100], [2, 0, 3], 1234.5, "m");
        });
        Assert.EndsWith("h_bucket{model=\"m\",le=\"50\"} 2\nh_bucket{model=\"m\",le=\"100\"} 2\nh_bucket{model=\"m\",le=\"+Inf\"} 5\nh_sum{model=\"m\"} 1234.5\nh_count{model=\"m\"} 5\n", page);
        PrometheusText.Parse(page);
    }

    [Fact]
    public void Bugs_are_found_before_a_scraper_finds_them()
    {
        Assert.Throws<InvalidOperationException>(() => Write(w => w.Sample(1)));
        Assert.Throws<InvalidOperationException>(() => Write(w =>
        {
            w.Begin(Gauge);
            w.Begin(Gauge);
        }));
        Assert.Throws<InvalidOperationException>(() => Write(w =>
        {
            w.Begin(Gauge);
            w.Sample(1, "a", "b");
        }));
    }

    private static string Write(Action<PrometheusWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        write(new PrometheusWriter(buffer));
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
