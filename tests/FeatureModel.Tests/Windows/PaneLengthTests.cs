using FeatureModel.Definitions;
using FeatureModel.Windows;

namespace FeatureModel.Tests.Windows;

public sealed class PaneLengthTests
{
    [Theory]
    [InlineData("1m", "2s", 30)]
    [InlineData("5m", "10s", 30)]
    [InlineData("10m", "20s", 30)]
    [InlineData("15m", "30s", 30)]
    [InlineData("30m", "1m", 30)]
    [InlineData("1h", "2m", 30)]
    [InlineData("2h", "4m", 30)]
    [InlineData("3h", "6m", 30)]
    [InlineData("6h", "12m", 30)]
    [InlineData("12h", "20m", 36)]
    [InlineData("24h", "30m", 48)]
    [InlineData("1d", "30m", 48)]
    [InlineData("2d", "1h", 48)]
    [InlineData("3d", "2h", 36)]
    [InlineData("7d", "4h", 42)]
    [InlineData("14d", "8h", 42)]
    [InlineData("28d", "12h", 56)]
    [InlineData("30d", "1d", 30)]
    [InlineData("45d", "1d", 45)]
    [InlineData("60d", "2d", 30)]
    [InlineData("90d", "2d", 45)]
    public void Every_usual_window_has_the_pane_that_the_document_states(string window, string pane, int panes)
    {
        Assert.True(PaneLength.TryOf(Micros(window), out var length));
        Assert.Equal(pane, Durations.Format(length));
        Assert.Equal(panes, Micros(window) / length);
        var document = File.ReadAllText(Path.Combine(SampleMembers.Root(), "docs", "features", "windows.md"));
        Assert.Contains($"| {window} | {pane} | {panes} |", document, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_whole_second_has_a_pane_that_divides_it_into_30_to_60_or_neighbours_that_do()
    {
        for (var seconds = 60L; seconds <= 90 * 86_400; seconds += seconds < 10_000 ? 1 : 997)
        {
            var window = seconds * 1_000_000;
            if (PaneLength.TryOf(window, out var pane))
            {
                Assert.True(window % pane == 0 && window / pane is >= 30 and <= 60, Durations.Format(window));
                continue;
            }
            var (below, above) = PaneLength.Nearest(window);
            Assert.True(below < window && window < above && above - below <= window / 10, $"{seconds} s: {below}, {above}");
            Assert.True(PaneLength.TryOf(below, out _) && PaneLength.TryOf(above, out _), $"{seconds} s: {below}, {above}");
        }
    }

    [Theory]
    [InlineData("61s", "1m", "62s")]
    [InlineData("7h", null, null)]
    [InlineData("77d", "76d", "78d")]
    public void A_length_without_a_pane_has_nearest_ones(string window, string? below, string? above)
    {
        var has = PaneLength.TryOf(Micros(window), out _);
        Assert.Equal(below is null, has);
        if (below is null) return;
        Assert.Equal((Micros(below), Micros(above!)), PaneLength.Nearest(Micros(window)));
    }

    [Theory]
    [InlineData("1s", null, "1m")]
    [InlineData("59s", null, "1m")]
    [InlineData("91d", "90d", null)]
    [InlineData("400d", "90d", null)]
    public void Outside_of_1m_to_90d_the_nearest_is_the_end(string window, string? below, string? above)
    {
        Assert.False(PaneLength.TryOf(Micros(window), out _));
        Assert.Equal((below is null ? 0 : Micros(below), above is null ? 0 : Micros(above)), PaneLength.Nearest(Micros(window)));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(9, 0)]
    [InlineData(10, 1)]
    [InlineData(-1, -1)]
    [InlineData(-10, -1)]
    [InlineData(-11, -2)]
    public void Panes_are_aligned_to_the_epoch_and_go_on_before_it(long micros, long pane) => Assert.Equal(pane, PaneLength.PaneOf(micros, 10));

    private static long Micros(string text)
    {
        Assert.True(Durations.TryParse(text, out var micros));
        return micros;
    }
}
