using Contracts.Inference;

namespace Appliance.Inference.Repository.Rules;

/// <summary>Which model this is, what runs it, which file and which versions: honoured for ONNX models in their own folder.</summary>
internal static class IdentityRules
{
    public const string Platform = "onnxruntime_onnx";
    public const string Backend = "onnxruntime";
    public const string DefaultFileName = "model.onnx";

    /// <summary>Rows in one inference call at most; beyond it a batch outgrows any queue here and only adds latency.</summary>
    public const int LargestBatch = 4096;

    public static void Check(ModelConfig config, ModelConfigContext context, ConfigRefusals refusals)
    {
        refusals.Require(config.Name.Length == 0 || config.Name == context.ModelName, "name", config.Name,
            $"it must be the name of the model's folder, {DisplayValue.Quote(context.ModelName)}, or be left out");
        refusals.Require(config.Platform is "" or Platform, "platform", config.Platform,
            config.Platform == "ensemble"
                ? "ensembles come in a later release; until then only single ONNX models are served"
                : $"only {Platform} is available");
        refusals.Require(config.Backend is "" or Backend, "backend", config.Backend, $"only {Backend} is available");
        refusals.Require(config.Runtime.Length == 0, "runtime", config.Runtime,
            "the runtime is built in and cannot be chosen; leave the field out");
        if (config.DefaultModelFilename.Length > 0 && RepositoryPath.ProblemOfSegment(config.DefaultModelFilename) is { } problem)
        {
            refusals.Require(false, "default_model_filename", config.DefaultModelFilename, problem);
        }
        refusals.Require(config.CcModelFilenames.Count == 0, "cc_model_filenames", config.CcModelFilenames.Keys,
            "files chosen by the GPU's compute capability are not available; name one file in default_model_filename");
        refusals.Require(config.MaxBatchSize is >= 0 and <= LargestBatch, "max_batch_size", config.MaxBatchSize,
            $"it must be 0 to {LargestBatch}");
        CheckOtherMachinery(config, refusals);
    }

    /// <summary>The policy, latest 1 where there is none.</summary>
    public static ModelVersionPolicy VersionPolicy(ModelConfig config, ConfigRefusals refusals)
    {
        var policy = config.VersionPolicy;
        if (policy is null)
        {
            return new ModelVersionPolicy { Latest = new() { NumVersions = 1 } };
        }
        switch (policy.PolicyChoiceCase)
        {
            case ModelVersionPolicy.PolicyChoiceOneofCase.None:
                refusals.Refuse("version_policy", "it names no policy; write latest, all or specific");
                break;
            case ModelVersionPolicy.PolicyChoiceOneofCase.Latest:
                refusals.Require(policy.Latest.NumVersions is >= 1 and <= int.MaxValue, "version_policy.latest.num_versions",
                    policy.Latest.NumVersions,
                    "it must be at least 1");
                break;
            case ModelVersionPolicy.PolicyChoiceOneofCase.Specific:
                refusals.Require(policy.Specific.Versions.Count > 0, "version_policy.specific.versions", policy.Specific.Versions,
                    "it must name at least one version");
                for (var i = 0; i < policy.Specific.Versions.Count; i++)
                {
                    refusals.Require(policy.Specific.Versions[i] > 0, $"version_policy.specific.versions[{i}]",
                        policy.Specific.Versions[i], "a version is at least 1");
                }
                break;
        }
        return policy.Clone();
    }

    private static void CheckOtherMachinery(ModelConfig config, ConfigRefusals refusals)
    {
        refusals.Require(config.BatchInput.Count == 0, "batch_input",
            "tensors made from the batch are not available; the graph's inputs come from requests");
        refusals.Require(config.BatchOutput.Count == 0, "batch_output",
            "outputs scattered by input shape are not available; an output is split by rows");
        refusals.Require((config.ModelOperations?.OpLibraryFilename.Count ?? 0) == 0, "model_operations.op_library_filename",
            config.ModelOperations?.OpLibraryFilename, "libraries of custom operators are never loaded");
        refusals.Require(config.ModelTransactionPolicy?.Decoupled != true, "model_transaction_policy.decoupled", true,
            "a request has exactly one response here; a decoupled model cannot be served");
        refusals.Require((config.ModelRepositoryAgents?.Agents.Count ?? 0) == 0, "model_repository_agents.agents",
            "repository agents are not available; put checksums in the version's manifest.json");
        refusals.Require(config.ResponseCache?.Enable != true, "response_cache.enable", true, "a response cache comes in a later release; remove it");
    }
}
