using System.Numerics;
using Microsoft.Extensions.Options;

namespace Appliance.Features.Journal;

/// <summary>Names every setting of the journal that cannot work, with its value and the rule.</summary>
public sealed class JournalOptionsValidator : IValidateOptions<JournalOptions>
{
    // A page must hold the largest record's frame; FASTER numbers pages and segments in 32 bits.
    private const int MinPageBytes = 4096;
    private const int MaxPageBytes = 64 << 20;
    private const int MinPages = 4;

    public ValidateOptionsResult Validate(string? name, JournalOptions options)
    {
        var errors = new ValidateOptionsResultBuilder();
        Require(errors, IsPowerOfTwo(options.PageBytes, MinPageBytes, MaxPageBytes), nameof(options.PageBytes), options.PageBytes,
            $"must be a power of two from {MinPageBytes} to {MaxPageBytes}");
        Require(errors, IsPowerOfTwo(options.MemoryBytes, (long)MinPages * options.PageBytes, 1L << 36), nameof(options.MemoryBytes), options.MemoryBytes,
            $"must be a power of two, at least {MinPages} pages");
        Require(errors, IsPowerOfTwo(options.SegmentBytes, options.PageBytes, 1L << 36), nameof(options.SegmentBytes), options.SegmentBytes,
            "must be a power of two, at least a page");
        Require(errors, options.MaxPendingBytes >= options.PageBytes && options.MaxPendingBytes <= options.MemoryBytes - (2L * options.PageBytes),
            nameof(options.MaxPendingBytes), options.MaxPendingBytes, "must be at least a page and at most MemoryBytes less two pages");
        Require(errors, options.DedupEvents is >= 1 and <= DedupIndex.MaxCapacity, nameof(options.DedupEvents), options.DedupEvents,
            $"must be 1 to {DedupIndex.MaxCapacity}");
        RequirePositive(errors, nameof(options.DedupHorizon), options.DedupHorizon);
        RequirePositive(errors, nameof(options.RetainFor), options.RetainFor);
        Require(errors, options.RetainBytes > 0, nameof(options.RetainBytes), options.RetainBytes, "must be positive");
        RequirePositive(errors, nameof(options.RetentionInterval), options.RetentionInterval);
        RequirePositive(errors, nameof(options.SilentAfter), options.SilentAfter);
        RequirePositive(errors, nameof(options.DiskRetryDelay), options.DiskRetryDelay);
        return errors.Build();
    }

    private static bool IsPowerOfTwo(long value, long min, long max) => value >= min && value <= max && BitOperations.IsPow2(value);

    private static void RequirePositive(ValidateOptionsResultBuilder errors, string key, TimeSpan value) =>
        Require(errors, value > TimeSpan.Zero, key, value, "must be positive");

    private static void Require(ValidateOptionsResultBuilder errors, bool holds, string key, object value, string rule)
    {
        if (!holds) errors.AddError($"{JournalOptions.Section}:{key} is '{value}'; it {rule}.");
    }
}
