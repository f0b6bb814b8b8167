using Appliance.Inference.Repository.ExternalData;

namespace Appliance.Inference.Repository;

/// <summary>
/// Checks the files that an ONNX model takes tensors from before the runtime opens them: each must lie in the version folder, links
/// followed, and be long enough.
/// </summary>
public static class ExternalDataPaths
{
    /// <summary>The external files that the model takes, in full; empty where it holds all its tensors itself.</summary>
    public static RepositoryResult<IReadOnlyList<string>> Check(string modelFile, string versionFolder)
    {
        var check = new ExternalDataCheck(modelFile, versionFolder);
        try
        {
            using var stream = new FileStream(modelFile, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            OnnxTensorScan.Read(stream, check.Add);
        }
        catch (OnnxFormatException error)
        {
            return Refused(error.Message);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Refused($"the file cannot be read: {error.Message}");
        }
        return check.Errors.Count > 0
            ? RepositoryResult<IReadOnlyList<string>>.Refused(check.Errors)
            : RepositoryResult<IReadOnlyList<string>>.Of(check.Files);

        RepositoryResult<IReadOnlyList<string>> Refused(string rule) =>
            RepositoryResult<IReadOnlyList<string>>.Refused([.. check.Errors, new RepositoryError(check.ModelName, "", null, rule)]);
    }
}
