using System.Text;
using Appliance.Inference.Repository;

namespace Appliance.Inference.Tests.Repository;

/// <summary>Reads and validates configurations for tests.</summary>
internal static class ConfigTexts
{
    public const string Model = "m";

    public static ModelConfigSource Source(string text)
    {
        var read = ModelConfigReader.ReadText(Encoding.UTF8.GetBytes(text));
        return read.Value ?? throw new InvalidOperationException(read.Reason);
    }

    public static ModelConfigContext Context(bool cuda = false, params (string Path, long Bytes)[] files) => new(Model)
    {
        CudaBuild = cuda,
        FileSize = path => files.Where(file => file.Path == path).Select(file => (long?)file.Bytes).FirstOrDefault(),
    };

    public static RepositoryResult<ModelSettings> Validate(string text, ModelConfigContext? context = null) =>
        ModelConfigValidator.Validate(Source(text), context ?? Context());

    /// <summary>The settings of a configuration that is honoured.</summary>
    public static ModelSettings Settings(string text, ModelConfigContext? context = null)
    {
        var result = Validate(text, context);
        return result.Value ?? throw new InvalidOperationException(result.Reason);
    }

    /// <summary>Each refusal as <c>line:field</c>.</summary>
    public static IEnumerable<string> Refusals(string text, ModelConfigContext? context = null) =>
        Validate(text, context).Errors.Select(error => $"{error.Line}:{error.Field}");
}
