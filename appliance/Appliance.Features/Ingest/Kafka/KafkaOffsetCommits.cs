using Confluent.Kafka;

namespace Appliance.Features.Ingest.Kafka;

/// <summary>
/// Commits offsets to the broker behind the reader's back: a commit waits for the broker, and reading does not wait for it. Only the newest offsets
/// count, so what is offered during a commit replaces what was offered before. Thread-safe.
/// </summary>
internal sealed class KafkaOffsetCommits(Action<IReadOnlyList<TopicPartitionOffset>> commit)
{
    // Guards _offered and _running.
    private readonly Lock _gate = new();
    private IReadOnlyList<TopicPartitionOffset>? _offered;
    private Task _running = Task.CompletedTask;

    public void Offer(IReadOnlyList<TopicPartitionOffset> offsets)
    {
        lock (_gate)
        {
            var isRunning = _offered is not null || !_running.IsCompleted;
            _offered = offsets;
            if (isRunning) return;
            _running = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
    }

    /// <summary>Waits until all that was offered is committed, or the time is over.</summary>
    public async Task DrainAsync(TimeSpan atMost)
    {
        Task running;
        lock (_gate) running = _running;
        await running.WaitAsync(atMost).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Run()
    {
        while (true)
        {
            IReadOnlyList<TopicPartitionOffset> offsets;
            lock (_gate)
            {
                if (_offered is null) return;
                offsets = _offered;
                _offered = null;
            }
            commit(offsets);
        }
    }
}
