using System.Collections.Concurrent;
using System.Text;
using Appliance.Inference.Batching;
using Appliance.Inference.Tensors;
using Microsoft.Extensions.Time.Testing;

namespace TestKit;

/// <summary>
/// An instance whose every run waits until the test lets it go on. It answers each output with the input of the same position, taken row by
/// row out of one buffer as a real instance does, and records its batches. Its runs may overlap with the test, not with each other.
/// </summary>
public sealed class GatedModelInstance(ModelSignature signature, TimeProvider time) : IModelInstance
{
    // Only a broken test waits this long: it then fails instead of hanging.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly SemaphoreSlim _entered = new(0);
    private readonly SemaphoreSlim _permits = new(0);
    private readonly ConcurrentQueue<RecordedBatch> _batches = new();
    private volatile bool _open;
    private int _running;
    private int _overlaps;

    /// <summary>Says of which requests the runtime is to complain; null for none.</summary>
    public Predicate<BatchEntry>? Poison { get; set; }

    /// <summary>How far a fake time moves while inputs are copied, the model runs and outputs are copied.</summary>
    public TimeSpan InputTakes { get; set; }

    /// <inheritdoc cref="InputTakes"/>
    public TimeSpan InferTakes { get; set; }

    /// <inheritdoc cref="InputTakes"/>
    public TimeSpan OutputTakes { get; set; }

    /// <summary>Batches whose run has begun, in order.</summary>
    public IReadOnlyList<RecordedBatch> Batches => [.. _batches];

    /// <summary>Runs that began while another had not ended; an instance must never see one.</summary>
    public int Overlaps => Volatile.Read(ref _overlaps);

    public bool Disposed { get; private set; }

    /// <summary>Waits until a further run has begun.</summary>
    public async Task EnteredAsync(CancellationToken cancellation)
    {
        if (!await _entered.WaitAsync(Patience, cancellation)) throw new TimeoutException("no further run begins");
    }

    /// <summary>Lets this many runs go on, now or when they begin.</summary>
    public void Release(int runs = 1) => _permits.Release(runs);

    /// <summary>Lets the present run and all later ones through.</summary>
    public void Open()
    {
        _open = true;
        _permits.Release();
    }

    public void Run(Batch batch)
    {
        ObjectDisposedException.ThrowIf(Disposed, this);
        if (Interlocked.Exchange(ref _running, 1) != 0) Interlocked.Increment(ref _overlaps);
        _batches.Enqueue(new RecordedBatch(batch.Rows, batch.Reason, IdsOf(batch)));
        _entered.Release();
        if (!_open && !_permits.Wait(Patience)) throw new InferenceFaultException("nobody lets the run go on");
        try
        {
            Answer(batch);
        }
        finally
        {
            Volatile.Write(ref _running, 0);
        }
    }

    public void Dispose() => Disposed = true;

    private void Answer(Batch batch)
    {
        Advance(InputTakes);
        batch.InputReady = time.GetTimestamp();
        var inputs = signature.Inputs.Select((_, i) => Gather(batch, i)).ToArray();
        Advance(InferTakes);
        batch.Inferred = time.GetTimestamp();
        foreach (var entry in batch.Entries)
        {
            if (Poison?.Invoke(entry) is true) throw new InferenceFaultException($"the values of '{Encoding.UTF8.GetString(entry.Id.Span)}' are refused");
        }
        Scatter(batch, inputs);
        Advance(OutputTakes);
        batch.OutputReady = time.GetTimestamp();
    }

    private static byte[] Gather(Batch batch, int input)
    {
        using var gathered = new MemoryStream();
        foreach (var entry in batch.Entries)
        {
            var view = entry.Inputs[entry.InputAt[input]];
            var raw = new byte[view.RawBytes];
            if (!view.Typed) view.Content.Span.CopyTo(raw);
            else if (!TypedContents.TryCopy(view.Content.Span, view.Datatype, raw)) throw new InvalidOperationException("typed contents were bound and do not copy");
            gathered.Write(raw);
        }
        return gathered.ToArray();
    }

    private void Scatter(Batch batch, byte[][] inputs)
    {
        var at = new int[inputs.Length];
        foreach (var entry in batch.Entries)
        {
            for (var o = 0; o < entry.OutputIndexCount; o++)
            {
                var index = entry.OutputIndices[o];
                var view = entry.Inputs[entry.InputAt[index]];
                var length = signature.Inputs[index].RowBytes is >= 0 and var row ? (int)row * entry.Rows : view.RawBytes;
                var answer = entry.AddOutput(index, signature.Outputs[index].Datatype, entry.ShapeOf(view).ToArray(), length);
                inputs[index].AsSpan(at[index], length).CopyTo(answer);
            }
            for (var i = 0; i < inputs.Length; i++) at[i] += entry.Inputs[entry.InputAt[i]].RawBytes;
        }
    }

    private void Advance(TimeSpan by)
    {
        if (by > TimeSpan.Zero) ((FakeTimeProvider)time).Advance(by);
    }

    private static string[] IdsOf(Batch batch)
    {
        var ids = new string[batch.Count];
        for (var i = 0; i < ids.Length; i++) ids[i] = Encoding.UTF8.GetString(batch.Entries[i].Id.Span);
        return ids;
    }
}
