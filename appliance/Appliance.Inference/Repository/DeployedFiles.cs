using Appliance.Inference.Lifecycle;

namespace Appliance.Inference.Repository;

/// <summary>
/// The files of one version that a caller sends: written into a folder beside the models that no model can be called, then renamed into place. Whatever is left
/// of that folder goes with the object. Used by one call; not thread-safe.
/// </summary>
public sealed class DeployedFiles : IVersionFiles, IDisposable
{
    /// <summary>Files of one version at most; a model has one or a few.</summary>
    public const int MostFiles = FileOverrides.MostFiles;

    private const string ConfigBefore = "config.before";

    private readonly string _staging;
    private readonly string _staged;
    private readonly string _stagedVersion;
    private readonly string _model;
    private readonly string _version;
    private readonly string _config;
    private int _files;
    private bool _hasConfig;
    private Action? _undo;

    internal DeployedFiles(string repository, string staging, string model, long version)
    {
        _staging = staging;
        var number = version.ToString(System.Globalization.CultureInfo.InvariantCulture);
        _staged = Path.Combine(staging, "model");
        _stagedVersion = Path.Combine(_staged, number);
        _model = Path.Combine(repository, model);
        _version = Path.Combine(_model, number);
        _config = Path.Combine(_model, ModelConfigReader.FileName);
        Directory.CreateDirectory(_stagedVersion);
    }

    /// <summary>Told once the object's folder is gone.</summary>
    internal Action? Disposed { get; init; }

    /// <summary>Bytes that fit on the disk now.</summary>
    public long FreeBytes => new DriveInfo(_staging).AvailableFreeSpace;

    /// <summary>Opens a file of the version for writing.</summary>
    /// <param name="path">Below the version's folder.</param>
    /// <param name="problem">Why there can be no such file; null with the file.</param>
    public FileStream? Create(string path, out string? problem)
    {
        problem = RepositoryPath.ProblemOf(path);
        if (problem is null && _files >= MostFiles) problem = $"a version has at most {MostFiles} files";
        var target = Path.Combine(_stagedVersion, path);
        if (problem is null && (File.Exists(target) || Directory.Exists(target))) problem = "the path is given twice";
        if (problem is not null) return null;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        }
        catch (IOException)
        {
            problem = "the path is that of a file and of a folder at once";
            return null;
        }
        _files++;
        return new FileStream(target, FileMode.CreateNew, FileAccess.Write);
    }

    /// <summary>Opens the model's configuration for writing; null where there is one already.</summary>
    public FileStream? CreateConfig()
    {
        if (_hasConfig) return null;
        _hasConfig = true;
        return new FileStream(Path.Combine(_staged, ModelConfigReader.FileName), FileMode.CreateNew, FileAccess.Write);
    }

    /// <inheritdoc/>
    public string? Place()
    {
        if (_files == 0) return "there is no file; a version has at least one";
        if (!Directory.Exists(_model))
        {
            Directory.Move(_staged, _model);
            _undo = () => Directory.Move(_model, Path.Combine(_staging, "taken-back"));
            return null;
        }
        var isThere = Directory.Exists(_version);
        if (isThere && !FolderContent.AreSame(_stagedVersion, _version))
        {
            return $"version is {Path.GetFileName(_version)}; the repository has that version with other files: take another version, or delete it first";
        }
        if (!isThere) Directory.Move(_stagedVersion, _version);
        try
        {
            _undo = Both(PlaceConfig(), isThere ? null : TakeVersionBack);
        }
        catch
        {
            if (!isThere) TakeVersionBack();
            throw;
        }
        return null;
    }

    /// <inheritdoc/>
    public void Undo()
    {
        _undo?.Invoke();
        _undo = null;
    }

    public void Dispose()
    {
        try
        {
            if (Directory.Exists(_staging)) Directory.Delete(_staging, recursive: true);
        }
        finally
        {
            Disposed?.Invoke();
        }
    }

    private static Action? Both(Action? first, Action? second) => first + second;

    private void TakeVersionBack() => Directory.Move(_version, Path.Combine(_staging, "taken-back"));

    /// <summary>Replaces the model's configuration, if one came along and is another; gives what takes that back.</summary>
    private Action? PlaceConfig()
    {
        var staged = Path.Combine(_staged, ModelConfigReader.FileName);
        if (!_hasConfig) return null;
        if (!File.Exists(_config))
        {
            File.Move(staged, _config);
            return () => File.Delete(_config);
        }
        if (FolderContent.IsSame(staged, _config)) return null;
        var before = Path.Combine(_staging, ConfigBefore);
        // With its times: the versions that are loaded are known by them.
        File.Copy(_config, before);
        File.Move(staged, _config, overwrite: true);
        return () => File.Move(before, _config, overwrite: true);
    }
}
