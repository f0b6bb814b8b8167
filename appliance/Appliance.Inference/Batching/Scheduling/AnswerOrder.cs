// Hot path where a model's answers keep their order.
namespace Appliance.Inference.Batching.Scheduling;

/// <summary>
/// Lets answers leave in the order in which their batches were closed: a batch that is done early waits for those before it. Thread-safe.
/// Whoever ends the batch that others wait for tells of theirs too.
/// </summary>
internal sealed class AnswerOrder
{
    // Guards all fields. Held by nobody while transports are told.
    private readonly Lock _gate = new();

    // A ring of the turns from _due on: whether a turn has ended, and the chain of its entries.
    private (bool Ended, BatchEntry? Done)[] _turns = new (bool, BatchEntry?)[16];
    private long _due;
    private long _next;
    private bool _telling;

    /// <summary>The turn of a batch that is closed now.</summary>
    public long Begin()
    {
        lock (_gate)
        {
            if (_next - _due == _turns.Length) Grow();
            return _next++;
        }
    }

    /// <summary>A batch is done: tells the transports of its entries, and of later batches', once every earlier one has been told.</summary>
    /// <param name="done">Chained by their links; null for none.</param>
    public void End(long turn, BatchEntry? done)
    {
        lock (_gate)
        {
            _turns[turn % _turns.Length] = (true, done);
            // Two threads that tell at once could overtake each other.
            if (_telling) return;
            _telling = true;
        }
        while (TryNext(out var due)) BatchEntry.ResumeAll(due);
    }

    private bool TryNext(out BatchEntry? due)
    {
        lock (_gate)
        {
            ref var turn = ref _turns[_due % _turns.Length];
            due = turn.Done;
            _telling = _due < _next && turn.Ended;
            if (!_telling) return false;
            turn = default;
            _due++;
            return true;
        }
    }

    private void Grow()
    {
        var larger = new (bool, BatchEntry?)[_turns.Length * 2];
        for (var turn = _due; turn < _next; turn++) larger[turn % larger.Length] = _turns[turn % _turns.Length];
        _turns = larger;
    }
}
