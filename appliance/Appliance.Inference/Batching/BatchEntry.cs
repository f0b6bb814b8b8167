// Hot path: one per request, pooled.
using System.Threading.Tasks.Sources;
using Appliance.Inference.Batching.Scheduling;
using Appliance.Inference.Lifecycle;
using Appliance.Inference.Tensors;

namespace Appliance.Inference.Batching;

/// <summary>
/// One request from decoding to encoding: views of its tensors, then its answer. Pooled and reused.
/// Owned by the transport until it is submitted, by the batcher until its task completes, then by the transport again, which returns it.
/// </summary>
public sealed class BatchEntry : IValueTaskSource<ScoreStatus>, IThreadPoolWorkItem
{
    /// <summary>
    /// Tasks that one thread resumes one after the other at most, and the bytes of their answers: to hand each to a thread costs about what encoding
    /// a short answer does, and whoever has a long one to encode should not be waited for.
    /// </summary>
    private const int ResumedTogether = 8, ResumedBytes = 16 * 1024;

    /// <summary>Result memory kept between requests; more is given back. 4 KiB: a thousand floats; a connection keeps as many entries as it had calls at once.</summary>
    private const int KeptResultBytes = 4096;

    /// <summary>Tensors and dimensions kept room for between requests; more is given back, so that one odd request does not stay in the pool for ever.</summary>
    private const int KeptTensors = 64, KeptDims = 512;

    // What waits for it runs on the thread pool: on a work item of its own, or of several entries.
    private ManualResetValueTaskSourceCore<ScoreStatus> _source = new() { RunContinuationsAsynchronously = true };

    // Set as somebody begins to wait. Read too early, the result is there a moment sooner and costs a work item of its own.
    private bool _isAwaited;
    private InputView[] _inputs = new InputView[4];
    private RequestedOutput[] _requested = new RequestedOutput[4];
    private OutputView[] _outputs = new OutputView[4];
    private long[] _dims = new long[32];
    private byte[] _results = [];
    private int _resultBytes;
    private byte[] _scratch = [];

    // Queue links and state: guarded by the lock of the batcher that holds the entry. Once it is taken out, Next chains it to the others to be resumed.
    internal BatchEntry? Next, Previous;
    internal EntryPhase Phase;

    /// <summary>The priority level whose queue holds the entry, and whether among those whose timeout has passed; a scheduled batcher's.</summary>
    internal PriorityLevel? Level;

    /// <inheritdoc cref="Level"/>
    internal bool IsDelayed;

    /// <summary>When the entry moves behind the others of its level, in timestamp units; <see cref="long.MaxValue"/> for never.</summary>
    internal long DelayedAt = long.MaxValue;

    /// <summary>Why the entry is refused for what its batcher foresees of it; Ok for one that is not.</summary>
    internal ScoreStatus RefusedAs;

    /// <summary>When a caller so refused may try again, in timestamp units from now: by how much its answer would come too late, or how long the queue is.</summary>
    internal long RetryIn;

    /// <summary>Set by the batcher when the submitting thread itself ran the batch: no continuation is signalled then.</summary>
    internal bool RanInline;

    /// <summary>Who hears of the outcome in place of a task; null for a request that is awaited.</summary>
    public IEntryWaiter? Waiter;

    /// <summary>The waiter's own.</summary>
    public object? WaiterState;

    /// <summary>Who counts the request besides its version; null for nobody, as is usual.</summary>
    public IEntryObserver? Observer;

    /// <summary>The request's trace; null for one that is not traced, as is usual.</summary>
    public IRequestTrace? Trace;

    /// <summary>What its caller is told apart by, hashed; only where <see cref="HasCaller"/>.</summary>
    public ulong Caller;

    /// <summary>Whether the request brought a key of its caller.</summary>
    public bool HasCaller;

    /// <summary>The model's name as the caller wrote it, UTF-8, in the request's memory.</summary>
    public ReadOnlyMemory<byte> ModelName;

    /// <summary>The version asked for; 0 lets the traffic table choose.</summary>
    public long RequestedVersion;

    /// <summary>The caller's request id, UTF-8, echoed.</summary>
    public ReadOnlyMemory<byte> Id;

    /// <summary>The caller's deadline in timestamp units; <see cref="long.MaxValue"/> when there is none.</summary>
    public long Deadline = long.MaxValue;

    /// <summary>The caller's own queue timeout (request parameter "timeout"), microseconds; 0 when not given.</summary>
    public long TimeoutMicroseconds;

    /// <summary>The priority asked for (request parameter "priority"), 1 the highest; 0 for the model's default.</summary>
    public ulong Priority;

    /// <summary>Whether any output is to be classified.</summary>
    public bool WantsClasses;

    /// <summary>After <see cref="ScoreStatus.Shed"/> or <see cref="ScoreStatus.StandingQueue"/>: when a further try may succeed, milliseconds from then; 0 where there is no hint.</summary>
    public int RetryAfterMs;

    public RequestTimings Timings;

    public FeatureCounts Features;

    /// <summary>Whether the deadline comes from the model's queue policy rather than from the caller.</summary>
    internal bool QueueTimed;

    /// <summary>Rows of this request: its batch dimension, or 1 for a model without one.</summary>
    public int Rows;

    /// <summary>Why a request other than <see cref="ScoreStatus.Ok"/> ended so, for the caller.</summary>
    public string? Error;

    /// <summary>The tensor or feature at fault, where one is.</summary>
    public string? ErrorField;

    /// <summary>The version that serves this request, leased until the batch completes; its signature stays readable afterwards.</summary>
    public ServingModel? Model { get; private set; }

    /// <summary>How the request ended; valid once its task has completed.</summary>
    public ScoreStatus Status { get; private set; }

    public int InputCount { get; private set; }
    public int RequestedCount { get; private set; }
    public int OutputCount { get; private set; }
    public int DimCount { get; private set; }

    public Span<InputView> Inputs => _inputs.AsSpan(0, InputCount);
    public Span<RequestedOutput> Requested => _requested.AsSpan(0, RequestedCount);
    public Span<OutputView> Outputs => _outputs.AsSpan(0, OutputCount);

    /// <summary>Bytes of all answers, raw form.</summary>
    public int ResultBytes => _resultBytes;

    /// <summary>The shape of an input.</summary>
    public Span<long> ShapeOf(in InputView view) => _dims.AsSpan(view.DimStart, view.Rank);

    /// <summary>The shape of an output.</summary>
    public ReadOnlySpan<long> ShapeOf(in OutputView view) => _dims.AsSpan(view.DimStart, view.Rank);

    /// <summary>The bytes of an output, raw form. Valid until the entry is reset.</summary>
    public ReadOnlySpan<byte> BytesOf(in OutputView view) => _results.AsSpan(view.Offset, view.Length);

    /// <summary>For each input of the signature, the position in <see cref="Inputs"/>, or -1. Filled by binding.</summary>
    internal int[] InputAt = new int[4];

    /// <summary>Whether <see cref="Inputs"/> are all of the signature's, in its order. Set by binding.</summary>
    internal bool IsInOrder;

    /// <summary>Outputs of the signature to answer, in the order asked for. Filled by binding.</summary>
    internal int[] OutputIndices = new int[4];
    internal int OutputIndexCount;

    /// <summary>The identity of the signature that the tensors, as they are now, are bound to; null while they are not.</summary>
    internal object? BoundTo;

    /// <summary>Whether binding took a shape in another way than it was written: read again, the request would be another one than it is now.</summary>
    internal bool IsReshaped;

    /// <summary>Whether the tensors are bound, and as they were written.</summary>
    public bool IsBoundAsWritten => BoundTo is not null && !IsReshaped;

    /// <summary>Whether the answers stand as every run of this request with <see cref="BoundTo"/> lays them out, so that the next needs only their bytes.</summary>
    internal bool HasLaidOut;

    /// <summary>Whether the answers are all that the model has, in its order, each of the shape that its signature says for so many rows.</summary>
    public bool HasPlainOutputs => HasLaidOut && RequestedCount == 0;

    /// <summary>Adds a tensor and returns it for filling.</summary>
    public ref InputView AddInput()
    {
        BoundTo = null;
        if (InputCount == _inputs.Length) Array.Resize(ref _inputs, InputCount * 2);
        ref var view = ref _inputs[InputCount++];
        view = default;
        view.DimStart = DimCount;
        return ref view;
    }

    /// <summary>Adds a dimension to the tensor added last.</summary>
    public void AddDim(long dim)
    {
        if (DimCount == _dims.Length) Array.Resize(ref _dims, DimCount * 2);
        _dims[DimCount++] = dim;
    }

    /// <summary>Adds an output to the ones asked for.</summary>
    public ref RequestedOutput AddRequested()
    {
        BoundTo = null;
        if (RequestedCount == _requested.Length) Array.Resize(ref _requested, RequestedCount * 2);
        ref var output = ref _requested[RequestedCount++];
        output = default;
        return ref output;
    }

    /// <summary>Adds an answer of <paramref name="length"/> bytes and returns the memory to fill.</summary>
    internal Span<byte> AddOutput(int index, Datatype datatype, ReadOnlySpan<long> shape, int length)
    {
        if (OutputCount == _outputs.Length) Array.Resize(ref _outputs, OutputCount * 2);
        var offset = _resultBytes;
        EnsureResults(offset, length);
        _resultBytes = offset + length;
        _outputs[OutputCount++] = new OutputView
        {
            Index = index,
            Datatype = datatype,
            DimStart = DimCount,
            Rank = shape.Length,
            Offset = offset,
            Length = length,
        };
        foreach (var dim in shape) AddDim(dim);
        return _results.AsSpan(offset, length);
    }

    /// <summary>Puts BYTES of <paramref name="length"/> bytes, raw form, in an answer's place and returns the memory to fill.</summary>
    internal Span<byte> ReplaceOutput(int at, ReadOnlySpan<long> shape, int length)
    {
        HasLaidOut = false;
        var offset = _resultBytes;
        EnsureResults(offset, length);
        _resultBytes = offset + length;
        ref var output = ref _outputs[at];
        (output.Datatype, output.DimStart, output.Rank, output.Offset, output.Length) = (Datatype.Bytes, DimCount, shape.Length, offset, length);
        foreach (var dim in shape) AddDim(dim);
        return _results.AsSpan(offset, length);
    }

    /// <summary>Puts answers that were added in the graph's order into the order asked for.</summary>
    internal void OrderOutputs()
    {
        for (var i = 0; i < OutputCount; i++)
        {
            var at = i;
            while (_outputs[at].Index != OutputIndices[i]) at++;
            (_outputs[i], _outputs[at]) = (_outputs[at], _outputs[i]);
        }
    }

    /// <summary>The memory of an answer that stands.</summary>
    internal Span<byte> ResultsOf(in OutputView view) => _results.AsSpan(view.Offset, view.Length);

    /// <summary>The tensor of one of the signature's inputs, which the request has.</summary>
    internal ref InputView InputOf(int index) => ref _inputs[IsInOrder ? index : InputAt[index]];

    /// <summary>Forgets the answers added so far, so that the request can be run again on its own.</summary>
    internal void ClearOutputs()
    {
        OutputCount = _resultBytes = 0;
        HasLaidOut = false;
        // The shapes of answers lie behind those of the inputs.
        DimCount = InputCount == 0 ? 0 : _inputs[InputCount - 1].DimStart + _inputs[InputCount - 1].Rank;
    }

    /// <summary>Memory for contents that had to be converted (JSON numbers), owned by the entry until it is reset. One block a request.</summary>
    public Memory<byte> RentScratch(int bytes)
    {
        if (_scratch.Length < bytes)
        {
            if (_scratch.Length > 0) RequestMemory.Instance.Return(_scratch);
            _scratch = RequestMemory.Instance.Rent(bytes);
        }
        return _scratch.AsMemory(0, bytes);
    }

    /// <summary>Sets the outcome that stops the request before it reaches a batcher.</summary>
    public ScoreStatus Fail(ScoreStatus status, string error, string? field = null)
    {
        Status = status;
        Error = error;
        ErrorField = field;
        return status;
    }

    /// <summary>Takes over a lease on <paramref name="model"/>; completion gives it back.</summary>
    public void Lease(ServingModel model) => Model = model;

    /// <summary>Gives the lease back without having been submitted. The version's description stays readable.</summary>
    public void Unlease() => Model!.Release();

    /// <summary>The task of the submitted request.</summary>
    internal ValueTask<ScoreStatus> AsValueTask() => new(this, _source.Version);

    /// <summary>Ends the request: the lease goes back. Its transport hears of it by <see cref="ResumeAll"/>, unless it ran inline.</summary>
    internal void Complete(ScoreStatus status)
    {
        EndLeased(status);
        Model!.Release();
    }

    /// <summary>The same, but for the lease, which is the caller's to give back.</summary>
    internal void EndLeased(ScoreStatus status)
    {
        Status = status;
        Observer?.Ended(this, status);
    }

    /// <summary>
    /// Tells the transports of completed entries, chained by their links. No lock and no instance may be held: waiters run in here. Tasks go on on
    /// the thread pool.
    /// </summary>
    internal static void ResumeAll(BatchEntry? entry)
    {
        IEntryWaiter? told = null;
        BatchEntry? first = null, last = null;
        var (count, bytes) = (0, 0);
        while (entry is not null)
        {
            // Before it is told: its transport may return it to the pool at once.
            var next = entry.Next;
            entry.Next = null;
            if (entry.Waiter is { } waiter)
            {
                if (told is not null && told != waiter) told.Flush();
                told = waiter;
                waiter.Completed(entry);
            }
            else if (!Volatile.Read(ref entry._isAwaited))
            {
                entry._source.SetResult(entry.Status);
            }
            else
            {
                if (first is null) first = entry;
                else last!.Next = entry;
                last = entry;
                bytes += entry._resultBytes;
                if (++count == ResumedTogether || bytes >= ResumedBytes)
                {
                    ThreadPool.UnsafeQueueUserWorkItem(first, preferLocal: true);
                    first = null;
                    count = bytes = 0;
                }
            }
            entry = next;
        }
        if (first is not null) ThreadPool.UnsafeQueueUserWorkItem(first, preferLocal: true);
        told?.Flush();
    }

    /// <summary>Resumes those who await this and the entries chained to it.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        for (BatchEntry? entry = this, next; entry is not null; entry = next)
        {
            next = entry.Next;
            entry.Next = null;
            entry._source.RunContinuationsAsynchronously = false;
            entry._source.SetResult(entry.Status);
        }
    }

    /// <summary>Whether both requests' tensors have the same shapes but for the batch dimension, so that one call can run them together.</summary>
    internal bool MergesWith(BatchEntry other)
    {
        if (Rows == 0 || other.Rows == 0) return false;
        var specs = Model!.Signature.Inputs;
        if (Model.Signature.HasFixedShapes) return true;
        for (var i = 0; i < specs.Length; i++)
        {
            var (mine, theirs) = (InputAt[i], other.InputAt[i]);
            if (mine < 0 != theirs < 0) return false;
            if (mine >= 0 && !ShapeOf(_inputs[mine])[1..].SequenceEqual(other.ShapeOf(other._inputs[theirs])[1..])) return false;
        }
        return true;
    }

    internal void Refuse(ScoreStatus status, long retryIn)
    {
        RefusedAs = status;
        RetryIn = retryIn;
    }

    /// <summary>Takes a refusal back.</summary>
    internal void NotRefused() => Refuse(ScoreStatus.Ok, 0);

    /// <summary>Forgets the tensors that were read of a request so far, and what was wrong with them, so that it can be read again.</summary>
    public void ForgetRead()
    {
        ClearOutputs();
        _inputs.AsSpan(0, InputCount).Clear();
        _requested.AsSpan(0, RequestedCount).Clear();
        InputCount = RequestedCount = DimCount = 0;
        BoundTo = null;
        IsReshaped = false;
        WantsClasses = false;
        Id = default;
        Error = ErrorField = null;
        Status = ScoreStatus.Ok;
    }

    /// <summary>Makes the entry ready for the next request. The transport calls it after encoding.</summary>
    public void Reset()
    {
        ForgetRequest();
        ForgetRun();
        Waiter = null;
        WaiterState = null;
        _inputs = Trim(_inputs, KeptTensors);
        _requested = Trim(_requested, KeptTensors);
        _outputs = Trim(_outputs, KeptTensors);
        _dims = Trim(_dims, KeptDims);
        InputAt = Trim(InputAt, KeptTensors);
        OutputIndices = Trim(OutputIndices, KeptTensors);
        _scratch = Trim(_scratch);
    }

    /// <summary>
    /// The same for a next request that is written like this one, at the same place of the same memory, but for its id and its contents: what was read of
    /// this one stays, what it is bound to, and who waits for it. Whether the next is written so is for its transport to say: of any other it calls
    /// <see cref="ForgetRequest"/> first.
    /// </summary>
    public void ResetRun()
    {
        if (!HasLaidOut || _results.Length > KeptResultBytes) ClearOutputs();
        ForgetRun();
    }

    /// <summary>Forgets what was read of a request, and what it was bound to.</summary>
    public void ForgetRequest()
    {
        ForgetRead();
        OutputIndexCount = 0;
        Priority = 0;
        ModelName = default;
        RequestedVersion = TimeoutMicroseconds = 0;
        Rows = 0;
    }

    // What happened to a request, and who waits for it.
    private void ForgetRun()
    {
        // Who has a waiter has no task.
        if (Waiter is null)
        {
            _source.Reset();
            _source.RunContinuationsAsynchronously = true;
            _isAwaited = false;
        }
        Error = ErrorField = null;
        Status = ScoreStatus.Ok;
        Next = Previous = null;
        Phase = EntryPhase.Idle;
        RanInline = QueueTimed = IsDelayed = false;
        Level = null;
        DelayedAt = long.MaxValue;
        NotRefused();
        RetryAfterMs = 0;
        Observer = null;
        Trace = null;
        Caller = 0;
        HasCaller = false;
        Deadline = long.MaxValue;
        Timings = default;
        Features = default;
        Model = null;
        _results = Trim(_results);
    }

    ScoreStatus IValueTaskSource<ScoreStatus>.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<ScoreStatus>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<ScoreStatus>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        Volatile.Write(ref _isAwaited, true);
        _source.OnCompleted(continuation, state, token, flags);
    }

    private void EnsureResults(int used, int more)
    {
        var needed = checked(used + more);
        if (_results.Length >= needed) return;
        var larger = RequestMemory.Instance.Rent(Math.Max(256, needed));
        _results.AsSpan(0, used).CopyTo(larger);
        if (_results.Length > 0) RequestMemory.Instance.Return(_results);
        _results = larger;
    }

    private static T[] Trim<T>(T[] array, int kept) => array.Length <= kept ? array : new T[kept];

    private static byte[] Trim(byte[] buffer)
    {
        if (buffer.Length <= KeptResultBytes) return buffer;
        RequestMemory.Instance.Return(buffer);
        return [];
    }
}
