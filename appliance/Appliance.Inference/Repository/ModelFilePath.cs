namespace Appliance.Inference.Repository;

/// <summary>Finds the ONNX file of a version folder.</summary>
public static class ModelFilePath
{
    /// <summary>What the file is called inside a folder that stands for it.</summary>
    private const string InnerName = "model.onnx";

    /// <summary>
    /// The file of the given name, or <c>model.onnx</c> in the folder of that name, which holds external data beside it.
    /// </summary>
    public static RepositoryResult<string> Find(string versionFolder, string modelFileName)
    {
        var path = Path.Combine(versionFolder, modelFileName);
        var inner = Path.Combine(path, InnerName);
        try
        {
            if (Directory.Exists(path))
            {
                return RepositoryPath.IsFile(inner)
                    ? RepositoryResult<string>.Of(inner)
                    : Refused(modelFileName, $"the folder has no {InnerName} in it");
            }
            return RepositoryPath.IsFile(path)
                ? RepositoryResult<string>.Of(path)
                : Refused(modelFileName, "there is no such file in the version folder");
        }
        catch (IOException error)
        {
            return Refused(modelFileName, error.Message);
        }
    }

    private static RepositoryResult<string> Refused(string file, string rule) =>
        RepositoryResult<string>.Refused(new RepositoryError(file, "", null, rule));
}
