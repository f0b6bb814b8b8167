namespace Appliance.Host.Security.Keys;

/// <summary>A keys file that is changed from outside of the server, which reads it again. Two changes at once are made one after the other.</summary>
internal sealed class KeysFile(string path)
{
    // Hashes alone; still, who may call is nobody else's business.
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <exception cref="InvalidDataException">It is no keys file.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public KeysDocument Read() => KeysDocument.Parse(File.ReadAllBytes(path));

    /// <summary>Changes the file, which is made where it is not there: whole or not at all.</summary>
    /// <param name="change">Null, or why nothing is changed.</param>
    /// <returns>What <paramref name="change"/> returned.</returns>
    /// <exception cref="IOException">It cannot be read or written, or another change is under way.</exception>
    public string? Change(Func<KeysDocument, string?> change)
    {
        using var held = new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        var document = File.Exists(path) ? Read() : new KeysDocument();
        if (change(document) is { } refusal) return refusal;
        var json = document.ToJson();
        KeysDocument.Parse(json);
        var next = path + ".next";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = File.Exists(path) ? File.GetUnixFileMode(path) : OwnerOnly;
        using (var file = new FileStream(next, options))
        {
            file.Write(json);
            file.Flush(flushToDisk: true);
        }
        File.Move(next, path, overwrite: true);
        return null;
    }
}
