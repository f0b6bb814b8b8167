using System.Collections.Concurrent;

namespace Appliance.Inference.Batching;

/// <summary>
/// Threads for runs too long for the thread pool: as many as cores, shared by every such model, so that slow models never hold the
/// threads that serve the transports. Started on first use; lives as long as the process.
/// </summary>
public sealed class RunScheduler : IDisposable
{
    private readonly BlockingCollection<IThreadPoolWorkItem> _work = [];
    private readonly Lazy<Thread[]> _threads;

    public RunScheduler(int threads) =>
        _threads = new Lazy<Thread[]>(() => [.. Enumerable.Range(0, threads).Select(Start)]);

    /// <summary>Queues a run.</summary>
    public void Queue(IThreadPoolWorkItem item)
    {
        _ = _threads.Value;
        _work.Add(item);
    }

    /// <summary>Ends the threads once the queued runs are done.</summary>
    public void Dispose()
    {
        _work.CompleteAdding();
        if (_threads.IsValueCreated)
        {
            foreach (var thread in _threads.Value) thread.Join();
        }
        _work.Dispose();
    }

    private Thread Start(int index)
    {
        var thread = new Thread(Loop) { IsBackground = true, Name = $"inference-{index}" };
        thread.Start();
        return thread;
    }

    private void Loop()
    {
        foreach (var item in _work.GetConsumingEnumerable()) item.Execute();
    }
}
