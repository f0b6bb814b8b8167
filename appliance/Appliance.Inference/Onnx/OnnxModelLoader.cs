using Appliance.Inference.Batching;
using Appliance.Inference.Batching.Scheduling;
using Appliance.Inference.Lifecycle;
using Appliance.Inference.Repository;
using Appliance.Inference.Tensors;
using Contracts;
using Contracts.Inference;
using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;
using LoadStatistics = Appliance.Inference.Statistics.LoadStatistics;

namespace Appliance.Inference.Onnx;

/// <summary>Makes one checked version folder into a version that can take requests: session, signature, warm-up of every bucket, golden rows.</summary>
internal sealed partial class OnnxModelLoader(
    ModelManagerOptions options, RunScheduler scheduler, LoadStatistics loads, TimeProvider time, FineClock fineClock, ILogger logger)
{
    // A run longer than this would hold a thread that serves the transports; half of the shortest histogram bucket that anybody alarms on.
    private const double LongestOwnThreadMicroseconds = 500;

    /// <summary>Reads a graph's inputs and outputs and opens it for serving.</summary>
    /// <exception cref="ModelLoadException">The runtime refuses the file.</exception>
    public LoadedSession Open(string modelPath, ModelSettings settings)
    {
        using var sessionOptions = SessionOptionsFactory.Create(settings, options);
        try
        {
            return new LoadedSession(OnnxSession.Load(modelPath, sessionOptions), loads);
        }
        catch (InferenceFaultException e)
        {
            throw new ModelLoadException(e.Message, inner: e);
        }
    }

    /// <summary>Makes the serving version. Takes the session over, also when it throws.</summary>
    /// <param name="settings">Completed from the graph.</param>
    /// <param name="proveBatching">Whether the batch size is our own guess, to be dropped unless the graph's rows prove independent.</param>
    public ServingModel Serve(LoadedSession loaded, long version, ModelSettings settings, ModelManifest? manifest, bool proveBatching, Func<string, byte[]> readFile)
    {
        var session = loaded.Session;
        var instances = new List<IModelInstance>();
        var watchdog = time.CreateTimer(static s => ((OnnxSession)s!).Terminate(), session, TimeSpan.FromSeconds(options.WarmupLimitSeconds), Timeout.InfiniteTimeSpan);
        try
        {
            var signature = SignatureOf(settings, settings.MaxBatchSize ?? 0, readFile);
            var batchReason = "";
            if (proveBatching && signature.Batches && !IsBatchable(session, signature, out batchReason))
            {
                settings = Unbatched(settings);
                signature = SignatureOf(settings, 0, readFile);
            }
            var first = CreateInstance(session, signature);
            instances.Add(first);
            RunConfiguredWarmups(first, signature, settings, readFile);
            var profile = WarmUp(first, signature, settings.Name, version);
            if (manifest?.GoldenRows is { } golden) GoldenRowCheck.Run(first, signature, golden);
            EndTrials(session, watchdog);
            for (var i = 1; i < InstancesOf(settings); i++) instances.Add(CreateInstance(session, signature));
            var statistics = new Statistics.ModelStatistics(time, signature.MaxBatchSize);
            var batcher = CreateBatcher(loaded, instances, signature, settings, profile, statistics);
            return new ServingModel(settings.Name, version, signature, batcher, statistics, settings.Config, manifest)
            {
                Profile = profile,
                MetricTags = settings.MetricTags,
                UnbatchedReason = batchReason,
            };
        }
        catch (Exception e)
        {
            foreach (var instance in instances) instance.Dispose();
            Retire(watchdog);
            var endless = session.IsTerminated;
            loaded.Dispose();
            if (endless) throw new ModelLoadException(EndlessMessage, inner: e);
            if (e is InferenceFaultException or OnnxRuntimeException) throw new ModelLoadException(e.Message, inner: e);
            throw;
        }
    }

    private string EndlessMessage =>
        $"its runs on trial inputs did not end within {options.WarmupLimitSeconds} s (Models:WarmupLimitSeconds)";

    // A run that was ended looks like one whose made-up values the graph does not take.
    private void EndTrials(OnnxSession session, ITimer watchdog)
    {
        Retire(watchdog);
        if (session.IsTerminated) throw new ModelLoadException(EndlessMessage);
    }

    // Waits for a callback that is under way: from then on nothing ends the version's runs.
    private static void Retire(ITimer watchdog) => watchdog.DisposeAsync().AsTask().GetAwaiter().GetResult();

    private DynamicBatcher CreateBatcher(
        LoadedSession session, List<IModelInstance> instances, ModelSignature signature, ModelSettings settings, RunProfile profile, Statistics.ModelStatistics statistics)
    {
        var known = profile != RunProfile.Unknown;
        // What was measured of a shape that callers choose is the smallest one's time.
        var isShort = known && signature.HasFixedShapes && profile.SingleMicroseconds < LongestOwnThreadMicroseconds;
        // A single row always may.
        var ownThreadRows = isShort ? Math.Max(1, (int)(LongestOwnThreadMicroseconds / Math.Max(profile.BatchedMicrosecondsPerRow, 0.001))) : 0;
        var longRuns = isShort ? null : scheduler;
        if (settings.Schedule is { } schedule)
        {
            schedule = schedule with { MaxBatchSize = signature.MaxBatchSize, DefaultMaxQueueSize = options.DefaultMaxQueueSize, OwnThreadRows = ownThreadRows };
            return new ScheduledBatcher([.. instances], schedule, statistics, fineClock, longRuns, owned: session);
        }
        var policy = new BatchPolicy(
            signature.MaxBatchSize,
            settings.QueueLimit ?? options.DefaultMaxQueueSize,
            gathers: signature.Batches && (!known || profile.BatchingPays),
            ownThread: isShort,
            ownThreadRows);
        var mayStandFor = settings.HasQueuePolicy ? TimeSpan.Zero : TimeSpan.FromMilliseconds(options.StandingQueueMilliseconds);
        var limits = new QueueLimits(settings.DefaultTimeout ?? TimeSpan.Zero, settings.AllowTimeoutOverride, mayStandFor);
        return new SelfTuningBatcher([.. instances], policy, limits, statistics, time, longRuns, owned: session);
    }

    private bool IsBatchable(OnnxSession session, ModelSignature signature, out string reason)
    {
        using var instance = CreateInstance(session, signature);
        return BatchProof.Holds(instance, signature, out reason);
    }

    private IModelInstance CreateInstance(OnnxSession session, ModelSignature signature) =>
        BoundInstance.Fits(signature) ? new BoundInstance(session, signature, time) : new DynamicInstance(session, signature, time);

    private int InstancesOf(ModelSettings settings) =>
        settings.InstanceCount ?? (options.DefaultInstances > 0 ? options.DefaultInstances : Environment.ProcessorCount);

    private RunProfile WarmUp(IModelInstance instance, ModelSignature signature, string model, long version)
    {
        try
        {
            return Warmup.Run(instance, signature);
        }
        catch (InferenceFaultException e)
        {
            // Made-up values are not values that every graph takes. Requests decide then; a configured warm-up has run already if there is one.
            Log.NotWarmed(logger, model, version, e.Message);
            return RunProfile.Unknown;
        }
    }

    private static void RunConfiguredWarmups(IModelInstance instance, ModelSignature signature, ModelSettings settings, Func<string, byte[]> readFile)
    {
        foreach (var warmup in settings.Warmups)
        {
            var entry = WarmupRequest.Create(warmup, signature, readFile);
            for (var i = 0; i < warmup.Count; i++) instance.Run(ProbeEntries.Batch(entry));
        }
    }

    private static ModelSignature SignatureOf(ModelSettings settings, int maxBatchSize, Func<string, byte[]> readFile)
    {
        var batched = maxBatchSize > 0;
        return new ModelSignature(
            [.. settings.Inputs.Select(i => Spec(i.Name, i.Datatype, i.Dims, i.Reshape, batched, listed: settings.Source.Config.Input.Count > 0, i.Optional, labels: null))],
            [.. settings.Outputs.Select(o => Spec(o.Name, o.Datatype, o.Dims, o.Reshape, batched, listed: settings.Source.Config.Output.Count > 0, optional: false, LabelsOf(o.LabelFile)))],
            maxBatchSize);

        byte[][]? LabelsOf(string? file) => file is null ? null : LabelFile.Read(readFile(file), file);
    }

    /// <summary>
    /// A configuration can only write a scalar as one element reshaped to none. Where nobody wrote that, because the graph alone was asked,
    /// callers get the scalar itself.
    /// </summary>
    private static TensorSpec Spec(
        string name, DataType datatype, IReadOnlyList<long>? dims, IReadOnlyList<long>? reshape, bool batched, bool listed, bool optional, byte[][]? labels)
    {
        var isScalar = !listed && dims is [1] && reshape is [];
        return new TensorSpec(name, Tensors.Datatypes.FromConfig(datatype), isScalar ? [] : Copy(dims), batched, isScalar ? null : Copy(reshape), optional) { Labels = labels };

        static long[]? Copy(IReadOnlyList<long>? dims) => dims is null ? null : [.. dims];
    }

    /// <summary>The same model without a batch dimension of our own: its dimensions then include the graph's first one.</summary>
    private static ModelSettings Unbatched(ModelSettings settings)
    {
        var config = settings.Config.Clone();
        config.MaxBatchSize = 0;
        config.ClearSchedulingChoice();
        var (inputsListed, outputsListed) = (settings.Source.Config.Input.Count > 0, settings.Source.Config.Output.Count > 0);
        foreach (var input in config.Input) input.Reshape = Widen(input.Dims, input.Reshape, inputsListed);
        foreach (var output in config.Output) output.Reshape = Widen(output.Dims, output.Reshape, outputsListed);
        return settings with
        {
            Config = config,
            MaxBatchSize = 0,
            DynamicBatching = false,
            Schedule = null,
            Inputs = [.. settings.Inputs.Select((i, at) => i with { Dims = i.Dims is null ? null : [.. config.Input[at].Dims], Reshape = config.Input[at].Reshape?.Shape.ToArray() })],
            Outputs = [.. settings.Outputs.Select((o, at) => o with { Dims = o.Dims is null ? null : [.. config.Output[at].Dims], Reshape = config.Output[at].Reshape?.Shape.ToArray() })],
        };
    }

    /// <summary>Puts the graph's first dimension in front. Rows without dimensions, which completion can only write as a reshape, become that dimension alone.</summary>
    private static ModelTensorReshape? Widen(Google.Protobuf.Collections.RepeatedField<long> dims, ModelTensorReshape? reshape, bool listed)
    {
        if (reshape is not null && !listed)
        {
            dims.Clear();
            dims.Add(reshape.Shape);
            reshape = null;
        }
        dims.Insert(0, -1);
        reshape?.Shape.Insert(0, -1);
        return reshape;
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.ModelNotWarmed, LogLevel.Warning, "Model {Model} v{Version} is served without having been warmed up: it does not take made-up inputs ({Reason}). A model_warmup in its configuration would warm it.")]
        public static partial void NotWarmed(ILogger logger, string model, long version, string reason);
    }
}
