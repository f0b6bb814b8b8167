using System.Collections.Frozen;
using System.Globalization;
using Contracts.Inference;

namespace Appliance.Inference.Repository.Rules;

/// <summary>The <c>parameters</c> of a configuration: those of the runtime that are honoured, and a refusal of every other key.</summary>
internal static class ParameterRules
{
    /// <summary>Threads of one kind at most; more than the cores of any machine that this runs on.</summary>
    public const int MostThreads = 1024;

    private delegate OrtParameters? Reading(OrtParameters parameters, string text);

    private static readonly FrozenDictionary<string, (Reading Read, string Rule)> Known = new Dictionary<string, (Reading, string)>
    {
        ["intra_op_thread_count"] = (static (p, text) => Threads(text) is { } n ? p with { IntraOpThreads = n.Count } : null, ThreadRule),
        ["inter_op_thread_count"] = (static (p, text) => Threads(text) is { } n ? p with { InterOpThreads = n.Count } : null, ThreadRule),
        ["execution_mode"] = (static (p, text) => text is "0" or "1" ? p with { ParallelExecution = text == "1" } : null,
            "it must be 0 for one operator after the other or 1 for independent ones at once"),
        ["enable_mem_arena"] = (static (p, text) => Flag(text) is { } on ? p with { MemoryArena = on } : null, FlagRule),
        ["enable_mem_pattern"] = (static (p, text) => Flag(text) is { } on ? p with { MemoryPattern = on } : null, FlagRule),
        ["session.use_device_allocator_for_initializers"] = (
            static (p, text) => text is "0" or "1" ? p with { DeviceAllocatorForInitializers = text == "1" } : null, "it must be 0 or 1"),
        ["memory.enable_memory_arena_shrinkage"] = (static (p, text) => Arenas(text) ? p with { ArenaShrinkage = text } : null,
            "it must be devices as the runtime writes them, cpu:0 or gpu:0, with ; between them"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenSet<string> CudaKeys = FrozenSet.Create(
        StringComparer.Ordinal, "cudnn_conv_algo_search", "gpu_mem_limit", "arena_extend_strategy", "do_copy_in_default_stream");

    private const string ThreadRule = "it must be 0 for the default, or a number of threads up to 1024";

    private const string FlagRule = "it must be 1 or true, 0 or false";

    public static OrtParameters Check(ModelConfig config, ConfigRefusals refusals)
    {
        var parameters = new OrtParameters();
        foreach (var (key, value) in config.Parameters.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            var field = $"parameters[\"{key}\"]";
            if (CudaKeys.Contains(key))
            {
                refusals.Refuse(field, "options of the CUDA provider cannot be set; remove it");
            }
            else if (!Known.TryGetValue(key, out var known))
            {
                refusals.Refuse(field, $"the key is unknown; there are {string.Join(", ", Known.Keys.Order(StringComparer.Ordinal))}");
            }
            else
            {
                var read = known.Read(parameters, value.StringValue);
                refusals.Require(read is not null, $"{field}.string_value", value.StringValue, known.Rule);
                parameters = read ?? parameters;
            }
        }
        return parameters;
    }

    /// <summary>0 asks for the default, which is a null count; null where the text is no number of threads.</summary>
    private static ThreadCount? Threads(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= MostThreads
            ? new(count == 0 ? null : count) : null;

    private static bool? Flag(string text) => text.ToLowerInvariant() switch
    {
        "1" or "true" => true,
        "0" or "false" => false,
        _ => null,
    };

    private static bool Arenas(string text) => text.Split(';').All(device =>
        device.Split(':') is ["cpu" or "gpu", { Length: > 0 and <= 3 } id] && id.All(char.IsAsciiDigit));

    private sealed record ThreadCount(int? Count);
}
