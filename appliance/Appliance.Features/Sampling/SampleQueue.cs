using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Appliance.Features.Ingest;

namespace Appliance.Features.Sampling;

/// <summary>Samples on their way to the journal. Any number of threads offer, and none waits: what finds no room is counted and dropped. One loop takes.</summary>
public sealed class SampleQueue
{
    private readonly Channel<ServedSample> _waiting;
    private readonly SamplingOptions _options;
    private ulong _seed;
    private long _offered;
    private long _dropped;
    private long _written;

    /// <param name="seed">Of the generators that are handed out; equal ones draw alike.</param>
    public SampleQueue(SamplingOptions options, StreamProgress progress, ulong seed)
    {
        (_options, Progress, _seed) = (options, progress, seed);
        _waiting = Channel.CreateBounded<ServedSample>(new BoundedChannelOptions(options.QueueSamples) { SingleReader = true });
    }

    /// <summary>How far the store has come.</summary>
    public StreamProgress Progress { get; }

    /// <summary>Samples that found room.</summary>
    public long Offered => Volatile.Read(ref _offered);

    /// <summary>Samples that found none, or that the journal did not take.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Samples that the journal took.</summary>
    public long Written => Volatile.Read(ref _written);

    /// <summary>What a draw for a model's row is compared with.</summary>
    public ulong ThresholdOf(string model) => SampleDraws.ThresholdOf(_options.RateOf(model));

    /// <summary>A generator for one owner.</summary>
    public SampleDraws NewDraws() => new(Interlocked.Add(ref _seed, 0x9E3779B97F4A7C15));

    /// <summary>Takes a sample, unless there is no room.</summary>
    public void Offer(ServedSample sample)
    {
        if (_waiting.Writer.TryWrite(sample)) Interlocked.Increment(ref _offered);
        else CountDropped();
    }

    internal ValueTask<bool> WaitAsync(CancellationToken cancellation) => _waiting.Reader.WaitToReadAsync(cancellation);

    internal bool TryTake([NotNullWhen(true)] out ServedSample? sample) => _waiting.Reader.TryRead(out sample);

    internal void CountWritten() => Interlocked.Increment(ref _written);

    internal void CountDropped() => Interlocked.Increment(ref _dropped);
}
