using Appliance.Inference.Batching;
using Appliance.Inference.Batching.Scheduling;

namespace Appliance.Inference.Tests.Repository.Rules;

/// <summary>What of a configuration makes a schedule, and what leaves the model to the batcher that tunes itself.</summary>
public sealed class SchedulingRulesTests
{
    private static readonly QueueLimits NoLimits = new(TimeSpan.Zero, AllowTimeoutOverride: false);

    [Theory]
    [InlineData("")]
    [InlineData("max_batch_size: 8")]
    [InlineData("max_batch_size: 8 dynamic_batching { }")]
    [InlineData("max_batch_size: 8 dynamic_batching { max_queue_delay_microseconds: 0 preserve_ordering: false priority_levels: 0 }")]
    [InlineData("max_batch_size: 8 dynamic_batching { default_queue_policy { timeout_action: REJECT default_timeout_microseconds: 5 allow_timeout_override: true max_queue_size: 3 } }")]
    public void A_configuration_that_asks_for_nothing_else_has_no_schedule(string text) => Assert.Null(ConfigTexts.Settings(text).Schedule);

    [Theory]
    [InlineData("", false)]
    [InlineData("max_batch_size: 8 dynamic_batching { }", false)]
    [InlineData("max_batch_size: 8 dynamic_batching { default_queue_policy { } }", true)]
    [InlineData("max_batch_size: 8 dynamic_batching { default_queue_policy { max_queue_size: 3 } }", true)]
    public void It_is_known_whether_a_configuration_speaks_of_its_queue(string text, bool speaks) => Assert.Equal(speaks, ConfigTexts.Settings(text).HasQueuePolicy);

    [Theory]
    [InlineData("preferred_batch_size: 4")]
    [InlineData("max_queue_delay_microseconds: 1")]
    [InlineData("preserve_ordering: true")]
    [InlineData("priority_levels: 1 default_priority_level: 1")]
    [InlineData("default_queue_policy { timeout_action: DELAY }")]
    public void Each_wish_makes_a_schedule(string wish)
    {
        var settings = ConfigTexts.Settings($"max_batch_size: 8 dynamic_batching {{ {wish} }}");
        Assert.True(settings.DynamicBatching);
        Assert.NotNull(settings.Schedule);
    }

    [Fact]
    public void Every_field_arrives()
    {
        var schedule = ConfigTexts.Settings("""
            max_batch_size: 16
            dynamic_batching {
              preferred_batch_size: [ 8, 4, 8 ]
              max_queue_delay_microseconds: 100
              priority_levels: 4294967296
              default_priority_level: 2
              default_queue_policy { timeout_action: DELAY default_timeout_microseconds: 5 allow_timeout_override: true max_queue_size: 3 }
              priority_queue_policy { key: 7 value { default_timeout_microseconds: 9 } }
            }
            """).Schedule!;
        Assert.Equal([4, 8], schedule.PreferredSizes);
        Assert.Equal((TimeSpan.FromMicroseconds(100), false, 4294967296ul, 2ul),
            (schedule.MaxQueueDelay, schedule.PreserveOrdering, schedule.PriorityLevels, schedule.DefaultPriority));
        Assert.Equal(new LevelLimits { MaxQueueSize = 3, Waiting = new(TimeSpan.FromMicroseconds(5), true), DelaysOverdue = true }, schedule.DefaultLimits);
        Assert.Equal(
            [KeyValuePair.Create(7ul, new LevelLimits { Waiting = NoLimits with { DefaultTimeout = TimeSpan.FromMicroseconds(9) } })], schedule.OwnLimits);
        Assert.True(ConfigTexts.Settings("dynamic_batching { preserve_ordering: true }").Schedule!.PreserveOrdering);
    }

    [Theory]
    [InlineData("sequence_batching { }", "sequence batching comes in a later release")]
    [InlineData("ensemble_scheduling { }", "ensembles come in a later release")]
    [InlineData("platform: 'ensemble'", "ensembles come in a later release")]
    [InlineData("response_cache { enable: true }", "a response cache comes in a later release")]
    [InlineData("instance_group { rate_limiter { priority: 1 } }", "a rate limiter between models comes in a later release")]
    public void Other_schedulers_are_said_to_come_later(string text, string sentence) =>
        Assert.Contains(sentence, Assert.Single(ConfigTexts.Validate(text).Errors).ToString());
}
