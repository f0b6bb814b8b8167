using EndToEnd.Tests.Clients;
using TestKit;

namespace EndToEnd.Tests.Features.Faults;

/// <summary>A disk of a few megabytes in memory, mounted for one test, that can be filled to the last byte and emptied again.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private const string Filler = "filler";

    private readonly TemporaryFolder _mountPoint = new();

    private SmallDisk()
    {
    }

    public string Path => _mountPoint.Path;

    /// <summary>Mounts it; skips the test, with the reason, where that is not allowed.</summary>
    public static async Task<SmallDisk> MountAsync(int megabytes)
    {
        var disk = new SmallDisk();
        var run = await ProgramRun.OfAsync("/usr/bin/mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", disk.Path);
        if (run.ExitCode == 0) return disk;
        disk._mountPoint.Dispose();
        Assert.Skip($"a file system of {megabytes} MiB cannot be mounted, which takes the rights of root: {run.Errors.Trim()}");
        throw new System.Diagnostics.UnreachableException();
    }

    /// <summary>Takes all room that is left.</summary>
    public void Fill()
    {
        var block = new byte[4096];
        using var file = new FileStream(System.IO.Path.Combine(Path, Filler), FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true) file.Write(block);
        }
        catch (IOException)
        {
            // Full, as is wanted.
        }
    }

    /// <summary>Gives the room back.</summary>
    public void Empty() => File.Delete(System.IO.Path.Combine(Path, Filler));

    public async ValueTask DisposeAsync()
    {
        await ProgramRun.OfAsync("/usr/bin/umount", Path);
        _mountPoint.Dispose();
    }
}
