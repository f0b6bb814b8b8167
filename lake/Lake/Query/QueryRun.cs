using Lake.Storage;

namespace Lake.Query;

/// <summary>One query under way: its engine, its files and its limits. Calls come one after another; disposing it ends what runs and lets go of the files.</summary>
internal sealed class QueryRun : IAsyncDisposable
{
    private readonly StagingFolder _staging;
    private readonly QueryLimits _limits;
    private readonly CancellationToken _asked;
    private readonly CancellationTokenSource _late;
    private readonly CancellationTokenSource _ended;

    private QueryRun(DuckSession session, StagingFolder staging, QueryLimits limits, TimeProvider clock, CancellationToken cancellation)
    {
        (Session, _staging, _limits, _asked) = (session, staging, limits, cancellation);
        _late = limits.Time is { } time ? new CancellationTokenSource(time, clock) : new CancellationTokenSource();
        _ended = CancellationTokenSource.CreateLinkedTokenSource(_late.Token, cancellation);
    }

    /// <exception cref="IOException">The staging folder cannot be made.</exception>
    public static QueryRun Start(QueryLimits limits, TimeProvider clock, CancellationToken cancellation)
    {
        var staging = new StagingFolder(limits.StagingFolder, long.MaxValue);
        try
        {
            return new QueryRun(new DuckSession(limits, Path.Combine(staging.Folder, "spill")), staging, limits, clock, cancellation);
        }
        catch
        {
            staging.Dispose();
            throw;
        }
    }

    public DuckSession Session { get; }

    public StagingFolder Staging => _staging;

    /// <summary>Local files that are read; they go with the query.</summary>
    public List<LocalFile> Files { get; } = [];

    /// <summary>Ends with the caller's, or when the time is over.</summary>
    public CancellationToken Cancellation => _ended.Token;

    public long? MaxRows => _limits.Rows;

    /// <summary>Runs something on the engine, away from the caller's thread.</summary>
    /// <exception cref="OperationCanceledException">The caller ended it.</exception>
    /// <exception cref="QueryException">It failed, or took too long.</exception>
    public async Task<T> DoAsync<T>(Func<T> work)
    {
        Cancellation.ThrowIfCancellationRequested();
        var task = Task.Run(work, CancellationToken.None);
        try
        {
            return await task.WaitAsync(Cancellation);
        }
        catch (OperationCanceledException)
        {
            await StopAsync(task);
            throw Ending();
        }
        catch (QueryException) when (Cancellation.IsCancellationRequested)
        {
            throw Ending();
        }
    }

    /// <summary>What an end before the last row means.</summary>
    public Exception Ending() => _asked.IsCancellationRequested ? new OperationCanceledException(_asked) : new QueryException($"the query took longer than its limit Time of {_limits.Time}");

    public ValueTask DisposeAsync()
    {
        Session.Dispose();
        foreach (var file in Files) file.Dispose();
        _staging.Dispose();
        _ended.Dispose();
        _late.Dispose();
        return ValueTask.CompletedTask;
    }

    // An interrupt that comes between two statements is lost: it is given until the work has ended.
    private async Task StopAsync(Task work)
    {
        while (!work.IsCompleted)
        {
            Session.Interrupt();
            await Task.WhenAny(work, Task.Delay(TimeSpan.FromMilliseconds(10), CancellationToken.None));
        }
        // What was made is let go of; how it failed is of no interest any more.
        if (work is Task<DuckResult> { IsCompletedSuccessfully: true } opened) (await opened).Dispose();
        _ = work.Exception;
    }
}
