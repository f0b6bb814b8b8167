using Microsoft.Extensions.Logging;

namespace Appliance.Features.Verification;

/// <summary>One verification, running or ended. Thread-safe.</summary>
public sealed partial class VerificationRun
{
    private readonly CancellationTokenSource _stop;
    private volatile Outcome _outcome = new(VerificationState.Running, null, null);
    private double _progress;

    internal VerificationRun(long number, VerificationRequest request, DateTimeOffset startedAt, CancellationToken closing)
    {
        (Number, Request, StartedAt) = (number, request, startedAt);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(closing);
    }

    /// <summary>From 1, since the start of the process.</summary>
    public long Number { get; }

    public VerificationRequest Request { get; }

    public DateTimeOffset StartedAt { get; }

    public VerificationState State => _outcome.State;

    /// <summary>What it found; null unless it is done.</summary>
    public VerificationReport? Report => _outcome.Report;

    /// <summary>Why it failed; null unless it has.</summary>
    public string? Error => _outcome.Error;

    /// <summary>Share of the work that is done, 0 to 1.</summary>
    public double Progress => Volatile.Read(ref _progress);

    /// <summary>Completes when it has ended, however that was.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>Ends it before its time; an ended one stays as it is.</summary>
    public void Cancel() => _stop.Cancel();

    internal void Start(Func<VerificationRequest, Action<double>, CancellationToken, VerificationReport> verify, ILogger logger) =>
        Completion = Task.Factory.StartNew(() => Run(verify, logger), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Run(Func<VerificationRequest, Action<double>, CancellationToken, VerificationReport> verify, ILogger logger)
    {
        try
        {
            var report = verify(Request, done => Volatile.Write(ref _progress, done), _stop.Token);
            Volatile.Write(ref _progress, 1);
            _outcome = new Outcome(VerificationState.Done, report, null);
        }
        catch (OperationCanceledException)
        {
            _outcome = new Outcome(VerificationState.Cancelled, null, null);
        }
        catch (Exception e)
        {
            // Whatever it was: nothing that is served rests on it, and who asked is told.
            Log.Failed(logger, Number, e);
            _outcome = new Outcome(VerificationState.Failed, null, e.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.VerificationFailed, LogLevel.Error, "Verification {Number} of what was served failed.")]
        public static partial void Failed(ILogger logger, long number, Exception reason);
    }

    private sealed record Outcome(VerificationState State, VerificationReport? Report, string? Error);
}
