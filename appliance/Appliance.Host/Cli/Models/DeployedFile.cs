namespace Appliance.Host.Cli.Models;

/// <summary>A file that is sent with a version.</summary>
/// <param name="Part">The form's name for it: file or config.</param>
/// <param name="Path">Where it lies here.</param>
/// <param name="Target">Its path below the version's folder.</param>
internal sealed record DeployedFile(string Part, string Path, string Target, long Bytes)
{
    /// <summary>What the appliance looks for in a version's folder.</summary>
    private const string GraphName = "model.onnx";

    /// <summary>Finds the files of a deployment.</summary>
    /// <exception cref="Files.InputException">A file is not there, is empty or cannot be read.</exception>
    public static IReadOnlyList<DeployedFile> Of(ModelsArguments arguments)
    {
        var graph = At("FILE.onnx", "file", arguments.File, GraphName);
        var folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(arguments.File))!;
        var all = new List<DeployedFile> { graph };
        if (arguments.Config.Length > 0) all.Add(At("--config", "config", arguments.Config, ""));
        foreach (var file in arguments.Files)
        {
            var target = System.IO.Path.GetRelativePath(folder, System.IO.Path.GetFullPath(file));
            if (target.StartsWith("..", StringComparison.Ordinal)) throw new Files.InputException($"--file is '{file}'; it must lie in {folder} or below, where the graph looks for it");
            all.Add(At("--file", "file", file, target));
        }
        return all;
    }

    private static DeployedFile At(string flag, string part, string path, string target)
    {
        try
        {
            using var opened = System.IO.File.OpenRead(path);
            if (opened.Length > 0) return new DeployedFile(part, path, target, opened.Length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new Files.InputException($"{flag} is '{path}'; it cannot be read: {e.Message.TrimEnd('.')}");
        }
        throw new Files.InputException($"{flag} is '{path}'; it is empty");
    }
}
