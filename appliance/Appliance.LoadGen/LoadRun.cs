using System.Diagnostics;
using Appliance.LoadGen.Arrivals;
using Appliance.LoadGen.Bodies;
using Appliance.LoadGen.Http2;
using Appliance.LoadGen.Pacing;
using Appliance.LoadGen.Recording;
using Appliance.LoadGen.Reports;
using Appliance.LoadGen.Targets;

namespace Appliance.LoadGen;

/// <summary>One run from settings to report.</summary>
public static class LoadRun
{
    /// <summary>Between connecting and the first intended send, so that neither the first requests nor the schedule start late.</summary>
    private const long LeadNanoseconds = 50_000_000;

    public static LoadReport Execute(LoadOptions options)
    {
        var pacer = new SystemPacer();
        var start = pacer.Now + LeadNanoseconds;
        var measureFrom = start + (long)(options.Warmup * 1e9);
        var recorder = new LoadRecorder(options.Protocol, measureFrom);
        var schedule = new ArrivalSchedule(options.Arrivals, options.Rate, TimeSpan.FromSeconds(options.Warmup + options.Duration), options.Seed);

        ILoadTarget target = options.Protocol == LoadProtocol.Rest ? new RestTarget(new Uri(options.Url, options.EffectivePath), Body(options, options.Model), options.ApiKey, options.Connections, recorder)
            : options.Models > 0 ? GrpcTarget.Connect(options.Url, Enumerable.Range(0, options.Models).Select(model => Template(options, $"{options.Model}{(options.IsOneModel ? 0 : model)}")), recorder, options.Seed)
            : GrpcTarget.Connect(options.Url, Template(options, options.Model), options.Connections, recorder);
        var loop = new OpenLoop(schedule, target, recorder, pacer, options.MaxInFlight);
        var idle = ProcessorTime();
        loop.Run(start);
        loop.Drain(TimeSpan.FromSeconds(options.Drain));
        // Taken before the connections close, which ends what is still out.
        var report = Report(options, recorder, measureFrom);
        report.ClientCoreMicros = Math.Round((ProcessorTime() - idle).TotalMicroseconds / Math.Max(1, options.Rate * (options.Warmup + options.Duration)), 2);
        ((IDisposable)target).Dispose();
        return report;
    }

    private static TimeSpan ProcessorTime()
    {
        using var self = Process.GetCurrentProcess();
        return self.TotalProcessorTime;
    }

    private static RequestTemplate Template(LoadOptions options, string model) =>
        new(options.Url, options.EffectivePath, Body(options, model), options.DeadlineMilliseconds, options.ApiKey);

    private static byte[] Body(LoadOptions options, string model)
    {
        if (options.Body is { } body)
        {
            return body;
        }
        if (options.BodyFile is { } file)
        {
            return File.ReadAllBytes(file);
        }
        var values = InferBody.Values(options.InputShape, options.Seed);
        return options.Protocol == LoadProtocol.Grpc
            ? InferBody.Frame(InferBody.Request(model, options.InputName, options.InputShape, values))
            : InferBody.Json(options.InputName, options.InputShape, values);
    }

    private static LoadReport Report(LoadOptions options, LoadRecorder recorder, long measureFrom)
    {
        var byStatus = recorder.ByStatus().ToList();
        var missing = recorder.Intended - byStatus.Sum(pair => pair.Count);
        if (missing > 0)
        {
            byStatus.Add((LoadStatus.TimedOut, missing));
        }
        var seconds = Math.Max(options.Duration, (recorder.LastCompletion - measureFrom) / 1e9);
        return new LoadReport
        {
            Protocol = options.Protocol.ToString().ToLowerInvariant(),
            Path = options.EffectivePath,
            Arrivals = options.Arrivals.ToString().ToLowerInvariant(),
            Connections = options.Connections,
            Seed = options.Seed,
            WarmupSeconds = options.Warmup,
            DurationSeconds = options.Duration,
            RequestedRate = options.Rate,
            IntendedRate = Math.Round(recorder.Intended / options.Duration, 3),
            AchievedRate = Math.Round(recorder.Ok / seconds, 3),
            Intended = recorder.Intended,
            Ok = recorder.Ok,
            Failed = recorder.Intended - recorder.Ok,
            ByStatus = new(byStatus.ToDictionary(pair => LoadStatus.NameOf(options.Protocol, pair.Status), pair => pair.Count)),
            Latency = PercentileFigures.From(recorder.Latency),
            SendLag = PercentileFigures.From(recorder.SendLag),
        };
    }
}
