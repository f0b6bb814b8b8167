using System.Text.Json;
using Appliance.Features.Reading;
using Appliance.Features.Verification;
using FeatureModel.Definitions;

namespace Appliance.Host.Rest.Features;

/// <summary>A verification in JSON.</summary>
internal static class VerificationJson
{
    /// <summary>The word of a state.</summary>
    public static string Word(VerificationState state) => state switch
    {
        VerificationState.Running => "running",
        VerificationState.Done => "done",
        VerificationState.Cancelled => "cancelled",
        VerificationState.Failed => "failed",
        _ => throw new System.Diagnostics.UnreachableException($"state {state}"),
    };

    public static void Write(Utf8JsonWriter json, VerificationRun run)
    {
        // The state first: a run that ends meanwhile must not look as if it had ended without a report.
        var state = run.State;
        json.WriteStartObject();
        json.WriteNumber("number"u8, run.Number);
        json.WriteString("state"u8, Word(state));
        json.WriteNumber("progress"u8, Math.Round(run.Progress, 3));
        json.WriteString("startedAt"u8, run.StartedAt.UtcDateTime);
        if (run.Request.Since is { } since) json.WriteString("since"u8, Durations.Format(since.Ticks / TimeSpan.TicksPerMicrosecond));
        if (run.Request.Model is { } model) json.WriteString("model"u8, model);
        if (run.Error is { } error) json.WriteString("error"u8, error);
        if (state == VerificationState.Done) WriteReport(json, run.Report!);
        json.WriteEndObject();
    }

    private static void WriteReport(Utf8JsonWriter json, VerificationReport report)
    {
        json.WriteStartObject("report"u8);
        json.WriteNumber("samples"u8, report.Samples);
        json.WriteNumber("leftOut"u8, report.LeftOut);
        json.WriteNumber("events"u8, report.Events);
        json.WriteNumber("compared"u8, report.Compared);
        json.WriteNumber("mismatched"u8, report.Mismatched);
        json.WriteNumber("unverifiable"u8, report.Unverifiable);
        json.WriteStartArray("features"u8);
        foreach (var tally in report.Features) Write(json, tally);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, FeatureTally tally)
    {
        json.WriteStartObject();
        json.WriteString("model"u8, tally.Model);
        json.WriteString("feature"u8, tally.Feature.ToString());
        json.WriteNumber("compared"u8, tally.Compared);
        json.WriteNumber("equal"u8, tally.Equal);
        json.WriteNumber("mismatched"u8, tally.Mismatched);
        json.WriteStartObject("unverifiable"u8);
        foreach (var reason in UnverifiableReasons.All)
        {
            if (tally.UnverifiableFor(reason) > 0) json.WriteNumber(reason.Word(), tally.UnverifiableFor(reason));
        }
        json.WriteEndObject();
        json.WriteNumber("worstDifference"u8, tally.WorstDifference);
        json.WriteStartArray("examples"u8);
        foreach (var example in tally.Examples) Write(json, example);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Mismatch example)
    {
        json.WriteStartObject();
        json.WriteString("entity"u8, example.Entity);
        json.WritePropertyName("readAt"u8);
        FeatureValueWriter.WriteMoment(json, example.ReadAt);
        json.WriteNumber("position"u8, example.Position);
        json.WriteString("served"u8, example.Served);
        json.WriteString("expected"u8, example.Expected);
        json.WriteEndObject();
    }
}
