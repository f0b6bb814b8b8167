namespace Lake.Storage;

/// <summary>A file of the local disk that stands for one of a storage. Disposing it deletes a copy and leaves the storage's own file.</summary>
/// <param name="location">What it stands for.</param>
/// <param name="path">Where it is on the local disk.</param>
/// <param name="isCopy">Whether it goes when it is disposed.</param>
public sealed class LocalFile(string location, string path, bool isCopy) : IDisposable
{
    public string Location => location;

    public string Path => path;

    public void Dispose()
    {
        if (isCopy) File.Delete(path);
    }
}
