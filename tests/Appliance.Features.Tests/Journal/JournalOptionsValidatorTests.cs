using Appliance.Features.Journal;

namespace Appliance.Features.Tests.Journal;

public sealed class JournalOptionsValidatorTests
{
    private static string? Failure(JournalOptions options) => new JournalOptionsValidator().Validate(null, options).FailureMessage;

    [Fact]
    public void The_defaults_are_valid() => Assert.True(new JournalOptionsValidator().Validate(null, new JournalOptions()).Succeeded);

    [Fact]
    public void Every_setting_that_cannot_work_is_named_with_its_value()
    {
        var failure = Failure(new JournalOptions
        {
            PageBytes = 5000,
            MemoryBytes = 1,
            SegmentBytes = 3,
            MaxPendingBytes = 0,
            DedupEvents = 0,
            DedupHorizon = TimeSpan.Zero,
            RetainFor = TimeSpan.FromSeconds(-1),
            RetainBytes = 0,
            RetentionInterval = TimeSpan.Zero,
            SilentAfter = TimeSpan.Zero,
            DiskRetryDelay = TimeSpan.Zero,
        });
        string[] keys = ["PageBytes", "MemoryBytes", "SegmentBytes", "MaxPendingBytes", "DedupEvents", "DedupHorizon", "RetainFor", "RetainBytes",
            "RetentionInterval", "SilentAfter", "DiskRetryDelay"];
        Assert.All(keys, key => Assert.Contains($"Journal:{key} is", failure));
        Assert.Contains("Journal:PageBytes is '5000'; it must be a power of two from 4096 to 67108864.", failure);
    }

    [Fact]
    public void What_may_wait_fits_into_memory_with_two_pages_to_spare() =>
        Assert.Contains("MaxPendingBytes", Failure(new JournalOptions { MaxPendingBytes = (32L << 20) - (1 << 20) }));
}
