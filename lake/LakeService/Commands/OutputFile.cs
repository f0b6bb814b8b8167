namespace LakeService.Commands;

/// <summary>A file that is there when it is whole: written under another name beside it, then renamed. Used by one thread; disposing it without <see cref="Commit"/> deletes what was written.</summary>
internal sealed class OutputFile : IDisposable
{
    private readonly string _path;
    private readonly string _temporary;

    /// <exception cref="CommandException">The path is empty.</exception>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public OutputFile(string path)
    {
        _path = path.Length > 0 ? Path.GetFullPath(path) : throw new CommandException("the file to write is ''; it must be a path");
        _temporary = $"{_path}.{Guid.NewGuid():N}.part";
        Stream = new FileStream(_temporary, FileMode.CreateNew, FileAccess.ReadWrite);
    }

    public FileStream Stream { get; }

    /// <summary>Makes it durable, in the place of what was there.</summary>
    public void Commit()
    {
        Stream.Flush(flushToDisk: true);
        Stream.Dispose();
        File.Move(_temporary, _path, overwrite: true);
    }

    public void Dispose()
    {
        Stream.Dispose();
        File.Delete(_temporary);
    }
}
