// Hot path where requests are traced.
using System.Text;
using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Inference.Lifecycle;
using Appliance.Inference.Statistics;

namespace Appliance.Host.Tracing;

/// <summary>A traced request that is over, with all that its spans say. Immutable.</summary>
/// <param name="Ended">When its answer was written, or it was refused.</param>
/// <param name="EndedTicks">The same in timestamp units, as the timings are.</param>
internal sealed record FinishedTrace(
    RequestTrace Trace, string Model, string Version, ScoreStatus Status, string? Error, int Rows, RequestTimings Timings, DateTimeOffset Ended, long EndedTicks, long Frequency)
{
    public string TraceId { get; } = $"{Trace.Parent.TraceHigh:x16}{Trace.Parent.TraceLow:x16}";

    public static FinishedTrace Of(RequestTrace trace, BatchEntry entry, TimeProvider time)
    {
        var model = entry.Model;
        var name = model is null ? Encoding.UTF8.GetString(entry.ModelName.Span) : model.Name;
        return new FinishedTrace(
            trace, name, model?.VersionText ?? "", entry.Status, entry.Error, entry.Rows, entry.Timings, time.GetUtcNow(), time.GetTimestamp(), time.TimestampFrequency);
    }

    /// <summary>Leaves the trace in the histograms of the version's phases.</summary>
    public void NoteExemplars(BatchEntry entry)
    {
        if (Status != ScoreStatus.Ok || entry.Model is not { } model) return;
        if (Timings.Features != 0) Note(model.Statistics.Features.ReadDurations, 0, Timings.Features);
        Note(model.Statistics.RequestDurations, Timings.Received, Timings.OutputReady);
        Note(model.Statistics.QueueDurations, Timings.Queued, Timings.Taken);
        Note(model.Statistics.InputDurations, Timings.Taken, Timings.InputReady);
        Note(model.Statistics.InferDurations, Timings.InputReady, Timings.Inferred);
        Note(model.Statistics.OutputDurations, Timings.Inferred, Timings.OutputReady);
    }

    /// <summary>A timestamp as nanoseconds since the Unix epoch.</summary>
    public ulong UnixNanoseconds(long timestamp)
    {
        var ended = (Ended - DateTimeOffset.UnixEpoch).Ticks * (decimal)TimeSpan.NanosecondsPerTick;
        return (ulong)Math.Max(0, ended - ((EndedTicks - timestamp) * 1e9m / Frequency));
    }

    private void Note(PhaseHistogram phase, long from, long to) =>
        phase.Note(new Exemplar(TraceId, $"{Trace.SpanId:x16}", (long)(Math.Max(0, to - from) * 1e9 / Frequency), Ended));
}
