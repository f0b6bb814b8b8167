using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace Appliance.Features.Registry;

/// <summary>
/// The registry's files: one for each revision, never changed. A file is written beside its place, synced and renamed into it, so that it is whole
/// or not there; what a crash left beside is cleared away. One process has the folder at a time. Not thread-safe.
/// </summary>
internal sealed class RegistryFolder : IDisposable
{
    private const string LockName = "registry.lock";
    private const string Unfinished = ".next";

    /// <summary>Digits of a file's number, so that names sort as numbers do.</summary>
    private const int Digits = 8;

    private readonly string _path;
    private readonly FileStream _lock;

    // Set where a revision was refused to its caller and could not be taken back from the folder: another of its number would be mistaken for it.
    private string? _unsure;

    private bool _closed;

    private RegistryFolder(string path, FileStream ownership)
    {
        _path = path;
        _lock = ownership;
    }

    /// <exception cref="IOException">The folder cannot be used, or another process has it.</exception>
    public static RegistryFolder Open(string path)
    {
        Directory.CreateDirectory(path);
        FileStream ownership;
        try
        {
            ownership = new FileStream(Path.Combine(path, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new IOException($"the registry's folder {path} is in use by another process, or cannot be written: {e.Message}", e);
        }
        try
        {
            foreach (var torn in Directory.GetFiles(path, "*" + Unfinished)) File.Delete(torn);
            return new RegistryFolder(path, ownership);
        }
        catch
        {
            ownership.Dispose();
            throw;
        }
    }

    /// <summary>Hands every revision's record, in order, to <paramref name="add"/>.</summary>
    /// <exception cref="RegistryCorruptException">A file is not what was written, is missing, or does not follow on the one before.</exception>
    public void ReadAll(Action<RevisionRecord> add)
    {
        var names = Directory.GetFiles(_path, new string('?', Digits) + ".json").Select(f => Path.GetFileName(f))
            .Where(n => n.AsSpan(0, Digits).IndexOfAnyExceptInRange('0', '9') < 0).Order(StringComparer.Ordinal).ToArray();
        for (var i = 0; i < names.Length; i++)
        {
            var expected = NameOf(i + 1);
            if (names[i] != expected) throw new RegistryCorruptException(expected, 1, $"the file is missing, and there is a later one, {names[i]}");
            var record = Read(expected);
            try
            {
                add(record);
            }
            catch (InvalidDataException e)
            {
                throw new RegistryCorruptException(expected, 2, e.Message, e);
            }
        }
    }

    /// <summary>Writes a revision; it is on the disk when this returns, and not in the folder when this throws.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    /// <exception cref="ObjectDisposedException">The folder was given up, and may be another's.</exception>
    public void Write(RevisionRecord record)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        if (_unsure is not null) throw new IOException(_unsure);
        var body = JsonSerializer.SerializeToUtf8Bytes(record, RegistryJsonContext.Exact.RevisionRecord);
        var header = JsonSerializer.SerializeToUtf8Bytes(
            new RevisionHeader { Format = RevisionHeader.CurrentFormat, Sha256 = SumOf([.. body, (byte)'\n']) },
                RegistryJsonContext.Exact.RevisionHeader);
        var file = Path.Combine(_path, NameOf(record.Revision));
        var moved = false;
        try
        {
            using (var stream = new FileStream(file + Unfinished, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                stream.Write([.. header, (byte)'\n', .. body, (byte)'\n']);
                stream.Flush(flushToDisk: true);
            }
            File.Move(file + Unfinished, file, overwrite: false);
            moved = true;
            FolderSync.Flush(_path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TakeBack(moved ? file : file + Unfinished);
            throw;
        }
    }

    public void Dispose()
    {
        _closed = true;
        _lock.Dispose();
    }

    private static string NameOf(long revision) => revision.ToString("D" + Digits, CultureInfo.InvariantCulture) + ".json";

    private static string SumOf(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private void TakeBack(string file)
    {
        try
        {
            if (File.Exists(file)) File.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What was left beside its place is overwritten by the next try and cleared away by the next opening.
            if (file.EndsWith(Unfinished, StringComparison.Ordinal)) return;
            _unsure = $"{Path.GetFileName(file)} could neither be finished nor removed: {e.Message}; open the registry again to see which it is";
        }
    }

    private RevisionRecord Read(string name)
    {
        var bytes = File.ReadAllBytes(Path.Combine(_path, name));
        var end = bytes.AsSpan().IndexOf((byte)'\n');
        if (end < 0) throw new RegistryCorruptException(name, 1, "the first line, with the checksum, does not end");
        var line = 1;
        try
        {
            var header = JsonSerializer.Deserialize(bytes.AsSpan(0, end), RegistryJsonContext.Exact.RevisionHeader);
            if (header?.Format != RevisionHeader.CurrentFormat)
            {
                throw new RegistryCorruptException(name, 1, $"format is {header?.Format}; only {RevisionHeader.CurrentFormat} is known");
            }
            line = 2;
            var body = bytes.AsSpan(end + 1);
            var sum = SumOf(body);
            if (sum != header.Sha256) throw new RegistryCorruptException(name, 2,
                $"the line has the SHA-256 {sum}, and {header.Sha256} was written");
            return JsonSerializer.Deserialize(body, RegistryJsonContext.Exact.RevisionRecord)
                ?? throw new RegistryCorruptException(name, 2, "null is no revision");
        }
        catch (JsonException e)
        {
            throw new RegistryCorruptException(name, line, $"the JSON is wrong: {e.Message}", e);
        }
    }
}
