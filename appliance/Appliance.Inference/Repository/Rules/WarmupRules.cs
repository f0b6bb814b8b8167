using Appliance.Inference.Tensors;
using Contracts.Inference;

namespace Appliance.Inference.Repository.Rules;

/// <summary>Requests that run before a model is ready; files of theirs lie in the model's <c>warmup</c> folder.</summary>
internal sealed class WarmupRules(ModelConfigContext context, ConfigRefusals refusals)
{
    public const string Folder = "warmup";

    /// <summary>Runs of one warm-up request at most; warming longer than that would hold a load up for nothing.</summary>
    public const int MostRuns = 10_000;

    /// <summary>Bytes of one input of a warm-up request: what one array holds.</summary>
    private const long MostBytes = int.MaxValue;

    public IReadOnlyList<WarmupSettings> Check(ModelConfig config)
    {
        List<WarmupSettings> warmups = [];
        for (var i = 0; i < config.ModelWarmup.Count; i++)
        {
            var (warmup, field) = (config.ModelWarmup[i], $"model_warmup[{i}]");
            refusals.Require(warmup.BatchSize is >= 1 and <= IdentityRules.LargestBatch, $"{field}.batch_size", warmup.BatchSize,
                $"it must be 1 to {IdentityRules.LargestBatch}");
            refusals.Require(warmup.Count <= MostRuns, $"{field}.count", warmup.Count, $"it must be at most {MostRuns}");
            List<WarmupInput> inputs = [];
            foreach (var (name, input) in warmup.Inputs.OrderBy(entry => entry.Key, StringComparer.Ordinal))
            {
                if (Input(name, input, warmup.BatchSize, $"{field}.inputs[\"{name}\"]") is { } read)
                {
                    inputs.Add(read);
                }
            }
            var batch = (int)Math.Clamp(warmup.BatchSize, 1, IdentityRules.LargestBatch);
            warmups.Add(new(warmup.Name, batch, (int)Math.Clamp(warmup.Count, 1, MostRuns), inputs));
        }
        return warmups;
    }

    private WarmupInput? Input(string name, ModelWarmup.Types.Input input, uint rows, string field)
    {
        var sound = refusals.Require(input.DataType != DataType.TypeInvalid, $"{field}.data_type", "absent or TYPE_INVALID",
            "it must be one of the 14 types");
        for (var i = 0; i < input.Dims.Count; i++)
        {
            sound &= refusals.Require(input.Dims[i] >= 0, $"{field}.dims[{i}]", input.Dims[i],
                "every dimension of a warm-up request has a size");
        }
        var bytes = sound ? Bytes(input, Math.Max(1, rows)) : 0;
        sound &= refusals.Require(bytes is not null, $"{field}.dims", input.Dims,
            $"the input of a warm-up request has at most {MostBytes} bytes");
        switch (input.InputDataTypeCase)
        {
            case ModelWarmup.Types.Input.InputDataTypeOneofCase.ZeroData:
                refusals.Require(input.ZeroData, $"{field}.zero_data", false, "name where the values come from, or write true");
                return new(name, input.DataType, [.. input.Dims], WarmupContent.Zero, null);
            case ModelWarmup.Types.Input.InputDataTypeOneofCase.RandomData:
                refusals.Require(input.RandomData, $"{field}.random_data", false, "name where the values come from, or write true");
                return new(name, input.DataType, [.. input.Dims], WarmupContent.Random, null);
            case ModelWarmup.Types.Input.InputDataTypeOneofCase.InputDataFile:
                return File(name, input, sound ? Bytes(input, 1) : null, $"{field}.input_data_file");
            default:
                refusals.Refuse(field, "it does not say where the values come from; write zero_data, random_data or input_data_file");
                return null;
        }
    }

    private WarmupInput? File(string name, ModelWarmup.Types.Input input, long? bytesOfRow, string field)
    {
        var problem = RepositoryPath.ProblemOf(input.InputDataFile);
        if (!refusals.Require(problem is null, field, input.InputDataFile, problem ?? ""))
        {
            return null;
        }
        var path = $"{Folder}/{input.InputDataFile}";
        var size = context.FileSize(path);
        if (refusals.Require(size is not null, field, input.InputDataFile, $"there is no such file in the model's {Folder} folder")
            && bytesOfRow is { } needed)
        {
            // Each element of a string tensor begins with its length in four bytes.
            refusals.Require(size >= needed, field, input.InputDataFile,
                $"the file has {size} bytes; one row of the input has {needed} at least");
        }
        return new(name, input.DataType, [.. input.Dims], WarmupContent.File, path);
    }

    private static long? Bytes(ModelWarmup.Types.Input input, long rows)
    {
        var size = input.DataType == DataType.TypeString ? sizeof(uint) : Datatypes.FromConfig(input.DataType).Size();
        return Shapes.ElementCount([.. input.Dims, rows, size]) is { } bytes and <= MostBytes ? bytes : null;
    }
}
