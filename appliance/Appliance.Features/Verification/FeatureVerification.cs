using System.Diagnostics.CodeAnalysis;
using Appliance.Features.Ingest;
using Appliance.Features.Journal;
using Appliance.Features.Registry;
using Microsoft.Extensions.Logging;

namespace Appliance.Features.Verification;

/// <summary>
/// Verifications of what was served: one at a time, each on a thread of its own. Thread-safe. Disposed before journal and registry: a run that is under way is
/// ended and waited for.
/// </summary>
public sealed class FeatureVerification : IDisposable
{
    /// <summary>Why nothing can be verified where events come from Kafka.</summary>
    public const string ReadsKafka = "the features come from Kafka, and the history that a verification replays is the embedded journal's";

    // Guards _current and _number.
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly FeatureVerifier _verifier;
    private readonly TimeProvider _time;
    private readonly bool _readsKafka;
    private readonly ILogger _logger;
    private VerificationRun? _current;
    private long _number;

    internal FeatureVerification(FeatureRegistry registry, FeatureJournal journal, VerificationSettings settings, TimeProvider time, bool readsKafka, ILogger logger)
    {
        _verifier = new FeatureVerifier(registry, journal, settings, time);
        (_time, _readsKafka, _logger) = (time, readsKafka, logger);
    }

    /// <summary>What was found in all runs of the process.</summary>
    public VerificationCounts Counts { get; } = new();

    /// <summary>The run that is under way, or the last one; null before the first.</summary>
    public VerificationRun? Current
    {
        get
        {
            lock (_gate) return _current;
        }
    }

    /// <summary>Begins a run; false, with the reason, where none can begin now.</summary>
    public bool TryStart(VerificationRequest request, [NotNullWhen(true)] out VerificationRun? run, [NotNullWhen(false)] out string? refusal)
    {
        lock (_gate)
        {
            run = null;
            refusal = _readsKafka ? ReadsKafka
                : _closing.IsCancellationRequested ? "the appliance is stopping"
                : _current is { State: VerificationState.Running } busy ? $"verification {busy.Number} is running; one runs at a time"
                : null;
            if (refusal is not null) return false;
            _current = run = new VerificationRun(++_number, request, _time.GetUtcNow(), _closing.Token);
            run.Start(Verify, _logger);
            return true;
        }
    }

    public void Dispose()
    {
        _closing.Cancel();
        Current?.Completion.Wait();
    }

    private VerificationReport Verify(VerificationRequest request, Action<double> progress, CancellationToken stop)
    {
        var report = _verifier.Verify(request, progress, stop);
        Counts.Add(report);
        return report;
    }
}
