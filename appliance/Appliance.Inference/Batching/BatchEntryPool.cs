// Hot path: rent and return, once each per request.
using Microsoft.Extensions.ObjectPool;

namespace Appliance.Inference.Batching;

/// <summary>The pool of request slots. Thread-safe.</summary>
public sealed class BatchEntryPool
{
    // 4096 idle slots at most: the largest queue that a model has by default, so a full queue drains without garbage.
    private readonly DefaultObjectPool<BatchEntry> _pool = new(new Policy(), maximumRetained: 4096);

    public BatchEntry Rent() => _pool.Get();

    /// <summary>Resets the entry and takes it back. Its outputs must not be read any more.</summary>
    public void Return(BatchEntry entry) => _pool.Return(entry);

    private sealed class Policy : PooledObjectPolicy<BatchEntry>
    {
        public override BatchEntry Create() => new();

        public override bool Return(BatchEntry entry)
        {
            entry.Reset();
            return true;
        }
    }
}
