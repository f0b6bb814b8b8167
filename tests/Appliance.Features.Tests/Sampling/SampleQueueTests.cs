using Appliance.Features.Ingest;
using Appliance.Features.Sampling;
using FeatureModel.Values;

namespace Appliance.Features.Tests.Sampling;

public sealed class SampleQueueTests
{
    private static readonly SamplingOptions Options = new() { Rate = 0.5, Models = { ["busy"] = 0.25, ["quiet"] = 0 }, QueueSamples = 3 };

    private readonly SampleQueue _queue = new(Options, new StreamProgress(0), seed: 1);

    [Fact]
    public void What_finds_no_room_is_counted_and_dropped()
    {
        for (var i = 0; i < 5; i++) _queue.Offer(Sample(i));
        Assert.Equal((3, 2, 0), (_queue.Offered, _queue.Dropped, _queue.Written));
        for (var i = 0; i < 3; i++)
        {
            Assert.True(_queue.TryTake(out var sample));
            Assert.Equal(i, sample.ReadAt);
        }
        Assert.False(_queue.TryTake(out _));
        _queue.Offer(Sample(5));
        Assert.Equal((4, 2), (_queue.Offered, _queue.Dropped));
    }

    [Fact]
    public void A_model_has_its_own_rate_or_that_of_all()
    {
        Assert.Equal(SampleDraws.ThresholdOf(0.25), _queue.ThresholdOf("busy"));
        Assert.Equal(0UL, _queue.ThresholdOf("quiet"));
        Assert.Equal(SampleDraws.ThresholdOf(0.5), _queue.ThresholdOf("other"));
    }

    [Fact]
    public void Owners_draw_differently_and_alike_with_the_same_seed()
    {
        var first = _queue.NewDraws();
        Assert.NotEqual(first, _queue.NewDraws());
        Assert.Equal(first, new SampleQueue(Options, new StreamProgress(0), seed: 1).NewDraws());
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void A_rate_that_is_no_share_is_refused_by_its_name(double rate)
    {
        var options = new FeatureOptions { Sampling = { Rate = rate, Models = { ["koc"] = rate } } };
        var errors = new FeatureOptionsValidator().Validate(null, options).Failures!.ToList();
        Assert.Contains(errors, e => e.Contains("Features:Sampling:Rate is '", StringComparison.Ordinal) && e.Contains("must be 0 to 1", StringComparison.Ordinal));
        Assert.Contains(errors, e => e.Contains("Features:Sampling:Models:koc is '", StringComparison.Ordinal));
    }

    [Fact]
    public void A_key_longer_than_an_events_may_be_gives_no_record()
    {
        var records = new SampleRecords();
        Assert.NotNull(records.Write(Sample(1, new SampledColumn("name", true, FeatureValue.Of(new string('x', 1024))))));
        Assert.Null(records.Write(Sample(1, new SampledColumn("name", true, FeatureValue.Of(new string('x', 1025))))));
    }

    private static ServedSample Sample(long readAt, params SampledColumn[] columns) => new()
    {
        Model = "m", ModelVersion = 1, Service = "s", ServiceVersion = 1, Revision = 1, ReadAt = readAt, From = 0, To = 0, Columns = columns, Values = [],
    };
}
