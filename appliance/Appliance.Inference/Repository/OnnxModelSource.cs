using System.Security.Cryptography;
using System.Text;
using Appliance.Inference.Batching;
using Appliance.Inference.Batching.Scheduling;
using Appliance.Inference.Lifecycle;
using Appliance.Inference.Onnx;
using Appliance.Inference.Statistics;
using Contracts;
using Contracts.Inference;
using Google.Protobuf;
using Microsoft.Extensions.Logging;

namespace Appliance.Inference.Repository;

/// <summary>A folder of ONNX models as the model manager's source: folder and configuration to plan, plan and version to serving model.</summary>
internal sealed partial class OnnxModelSource(
    ModelManagerOptions options, RunScheduler scheduler, LoadStatistics loads, TimeProvider time, FineClock fineClock, ILogger<OnnxModelSource> logger)
    : IModelSource
{
    private readonly OnnxModelLoader _loader = new(options, scheduler, loads, time, fineClock, logger);
    private volatile IReadOnlyList<string> _lastList = [];

    public IReadOnlyList<string> List()
    {
        var state = ModelRepositoryScan.Scan(options.Repository);
        if (state.RootProblem is { } problem)
        {
            // A repository that cannot be read for a moment has not lost its models.
            Log.RepositoryUnreadable(logger, problem);
            return _lastList;
        }
        foreach (var (_, reason) in state.Unreadable) Log.RepositoryUnreadable(logger, reason);
        return _lastList = [.. state.Models.Keys.Concat(state.Unreadable.Keys).Order(StringComparer.Ordinal)];
    }

    public ModelPlan Read(string model, LoadParameters parameters)
    {
        if (ModelName.Problem(model) is { } problem) throw new ModelLoadException($"model_name is '{model}'; {problem}");
        StagedModel? staged = null;
        try
        {
            staged = Stage(model, parameters);
            var folder = ModelRepositoryScan.ScanModel(model, staged?.Folder ?? Path.Combine(options.Repository, model))
                ?? throw new ModelLoadException("there is no folder of that name in the model repository", notFound: true);
            var source = staged?.Config ?? Take(ModelConfigReader.ReadFolder(folder.Path));
            var settings = Take(ModelConfigValidator.Validate(source, new ModelConfigContext(model) { CudaBuild = ExecutionProviders.InBuild(ExecutionProviders.Cuda), FileSize = folder.FileSize }));
            var wanted = VersionSelection.Choose(settings.VersionPolicy, folder.Versions.Select(v => v.Version), []);
            if (wanted.Missing.Count > 0) throw new ModelLoadException($"version_policy names versions that are not there: {string.Join(", ", wanted.Missing)}");
            var prints = folder.Versions.ToDictionary(v => v.Version, v => Fingerprint(folder, v, parameters.ConfigJson));
            var latest = settings.VersionPolicy.PolicyChoiceCase == ModelVersionPolicy.PolicyChoiceOneofCase.Latest;
            return new ModelPlan(model, prints, wanted.Desired, KeepsOthersWhenPinned: !latest, new PlanContent(folder, settings, staged));
        }
        catch (Exception e)
        {
            staged?.Dispose();
            if (ReasonOf(e) is { } reason) throw new ModelLoadException(reason, inner: e);
            throw;
        }
    }

    public ServingModel Load(ModelPlan plan, long version, Action warming)
    {
        try
        {
            return LoadVersion(plan, version, warming);
        }
        catch (Exception e) when (ReasonOf(e) is { } reason)
        {
            throw new ModelLoadException(reason, inner: e);
        }
    }

    private ServingModel LoadVersion(ModelPlan plan, long version, Action warming)
    {
        var content = (PlanContent)plan.Content;
        var folder = content.Folder.Versions.First(v => v.Version == version).Path;
        var manifest = ReadManifest(folder, plan.Model, version);
        var path = Take(ModelFilePath.Find(folder, content.Settings.ModelFileName));
        Take(ExternalDataPaths.Check(path, folder));
        var session = _loader.Open(path, content.Settings);
        ModelSettings settings;
        try
        {
            settings = Take(ModelConfigCompletion.Complete(content.Settings, session.Session.Signature(UnrankedTensors.Of(path)), Defaults));
            warming();
        }
        catch
        {
            session.Dispose();
            throw;
        }
        return _loader.Serve(session, version, settings, manifest, proveBatching: content.Settings.MaxBatchSize is null,
            file => File.ReadAllBytes(Path.Combine(content.Folder.Path, file)));
    }

    /// <summary>What a file or a disk did, as the reason for a refusal; null for anything else, which is a bug.</summary>
    private string? ReasonOf(Exception e) => e switch
    {
        InferenceFaultException => e.Message,
        OverflowException => "a tensor is larger than one call can carry",
        OutOfMemoryException => "it needs more memory than there is",
        InvalidProtocolBufferException => $"the model file is damaged: {e.Message}",
        // Messages quote full paths, which are no business of a caller.
        IOException or UnauthorizedAccessException => $"a file cannot be read or written: {e.Message.Replace(Path.GetFullPath(options.Repository) + "/", "", StringComparison.Ordinal)}",
        _ => null,
    };

    private CompletionDefaults Defaults =>
        new(options.DefaultMaxBatchSize, options.DefaultInstances > 0 ? options.DefaultInstances : Environment.ProcessorCount);

    private static StagedModel? Stage(string model, LoadParameters parameters)
    {
        var wire = parameters.Files.ToDictionary(
            f => FileOverrides.FilePrefix + f.Key, f => new ModelRepositoryParameter { BytesParam = UnsafeByteOperations.UnsafeWrap(f.Value) });
        if (parameters.ConfigJson is not null) wire[FileOverrides.ConfigParameter] = new ModelRepositoryParameter { StringParam = parameters.ConfigJson };
        return FileOverrides.Stage(model, wire, Path.GetTempPath()) is { } staged ? Take(staged) : null;
    }

    private static ModelManifest? ReadManifest(string folder, string model, long version)
    {
        if (ManifestReader.Read(folder, model, version) is not { } result) return null;
        var manifest = Take(result);
        var errors = ManifestReader.VerifyFiles(manifest, folder);
        return errors.Count == 0 ? manifest : throw new ModelLoadException(string.Join("; ", errors));
    }

    private static T Take<T>(RepositoryResult<T> result)
        where T : class =>
        result.TryGet(out var value) ? value : throw new ModelLoadException(string.Join("; ", result.Errors));

    /// <summary>A digest of everything that a load of the version reads, without reading it: paths, sizes and times, and a configuration sent along.</summary>
    private static string Fingerprint(ModelFolderState folder, VersionFolderState version, string? configJson)
    {
        var text = new StringBuilder(configJson);
        foreach (var file in version.Files.Concat(folder.ConfigFiles).Concat(folder.OtherFiles))
        {
            text.Append('\n').Append(file.Path).Append('\0').Append(file.Bytes).Append('\0').Append(file.ModifiedNs);
        }
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private sealed record PlanContent(ModelFolderState Folder, ModelSettings Settings, StagedModel? Staged) : IDisposable
    {
        public void Dispose() => Staged?.Dispose();
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.RepositoryUnreadable, LogLevel.Warning, "The model repository, or a model in it, cannot be read now: {Reason}")]
        public static partial void RepositoryUnreadable(ILogger logger, string reason);
    }
}
