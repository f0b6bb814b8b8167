using System.Collections.Concurrent;

namespace Appliance.Features.Ingest.Kafka;

/// <summary>
/// A thread of its own that does one thing after the other: the client's polls block, and its callbacks run inside them. Whoever waits for a
/// thing to be done is resumed elsewhere. Thread-safe.
/// </summary>
internal sealed class KafkaThread : IDisposable
{
    private readonly BlockingCollection<(Action Work, TaskCompletionSource Done)> _waiting = [];

    public KafkaThread(string name) => new Thread(Run) { Name = name, IsBackground = true }.Start();

    public Task RunAsync(Action work)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting.Add((work, done));
        return done.Task;
    }

    /// <summary>Ends the thread behind what was given to it; does not wait.</summary>
    public void Dispose() => _waiting.CompleteAdding();

    private void Run()
    {
        foreach (var (work, done) in _waiting.GetConsumingEnumerable())
        {
            try
            {
                work();
                done.SetResult();
            }
            catch (Exception e)
            {
                // Whoever waits for the work has the fault.
                done.SetException(e);
            }
        }
    }
}
