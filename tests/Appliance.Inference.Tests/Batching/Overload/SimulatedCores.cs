using Appliance.Inference.Batching;

namespace Appliance.Inference.Tests.Batching.Overload;

/// <summary>Cores that models take in turns, a batch a turn, on simulated time.</summary>
internal sealed class SimulatedCores(int cores)
{
    private readonly Queue<SimulatedModel> _ready = new();
    private readonly PriorityQueue<(SimulatedModel Model, InstanceSlot Slot), double> _running = new();

    /// <summary>Lets requests come, wait and run until a time, in milliseconds.</summary>
    public void Run(double until, params SimulatedModel[] models)
    {
        while (true)
        {
            var arriving = models.MinBy(m => m.NextArrival)!;
            var ends = _running.TryPeek(out _, out var end) && end <= arriving.NextArrival;
            var now = ends ? end : arriving.NextArrival;
            if (now >= until) return;
            if (ends)
            {
                var (model, slot) = _running.Dequeue();
                if (model.End(slot, now)) _ready.Enqueue(model);
            }
            else if (arriving.Arrive(now)) _ready.Enqueue(arriving);
            Begin(now);
        }
    }

    private void Begin(double now)
    {
        while (_running.Count < cores && _ready.TryDequeue(out var model))
        {
            var (ends, slot) = model.Begin(now);
            _running.Enqueue((model, slot), ends);
            if (model.AsksForCore()) _ready.Enqueue(model);
        }
    }
}
