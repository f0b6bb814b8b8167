using System.Text.Json;
using Appliance.Host.Rest.Features;
using FeatureModel.Events;

namespace Appliance.Host.Tests.Features;

public sealed class FrameTimeTests
{
    [Theory]
    [InlineData("\"2022-05-13 10:59:42+00:00\"", "2022-05-13T10:59:42Z")]
    [InlineData("\"2022-05-13 10:59:42.123456+02:00\"", "2022-05-13T08:59:42.123456Z")]
    [InlineData("\"2022-05-13 10:59:42\"", "2022-05-13T10:59:42Z")]
    [InlineData("\"2022-05-13T10:59:42.5\"", "2022-05-13T10:59:42.500000Z")]
    [InlineData("\"2022-05-13T10:59:42Z\"", "2022-05-13T10:59:42Z")]
    [InlineData("\"2022-05-13\"", "2022-05-13T00:00:00Z")]
    [InlineData("1652439582", "2022-05-13T10:59:42Z")]
    [InlineData("1652439582.5", "2022-05-13T10:59:42.500000Z")]
    [InlineData("1652439582123", "2022-05-13T10:59:42.123000Z")]
    [InlineData("1652439582123456", "2022-05-13T10:59:42.123456Z")]
    [InlineData("1652439582000000000", "2022-05-13T10:59:42Z")]
    [InlineData("-1", "1969-12-31T23:59:59Z")]
    public void Times_of_data_frames_are_understood(string json, string expected)
    {
        Assert.True(FrameTime.TryRead(JsonDocument.Parse(json).RootElement, out var micros));
        Assert.Equal(expected, Rfc3339.ToText(micros));
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("\"2022-13-01\"")]
    [InlineData("\"2022-05-13 25:00:00\"")]
    [InlineData("\"13.05.2022\"")]
    [InlineData("1e30")]
    [InlineData("true")]
    [InlineData("[]")]
    public void What_is_no_time_is_refused(string json) => Assert.False(FrameTime.TryRead(JsonDocument.Parse(json).RootElement, out _));
}
