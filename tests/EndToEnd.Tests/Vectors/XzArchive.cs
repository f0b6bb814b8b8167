using System.Diagnostics;
using System.Formats.Tar;

namespace EndToEnd.Tests.Vectors;

/// <summary>Reads a .tar.xz by way of the xz program.</summary>
internal static class XzArchive
{
    /// <summary>The regular files of an archive, in its order; skips the test where there is no xz.</summary>
    public static IEnumerable<(string Name, byte[] Content)> Read(string path)
    {
        using var xz = Start(path);
        using (var tar = new TarReader(xz.StandardOutput.BaseStream))
        {
            while (tar.GetNextEntry() is { } entry)
            {
                if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile)) continue;
                var content = new byte[entry.Length];
                entry.DataStream?.ReadExactly(content);
                yield return (entry.Name, content);
            }
        }
        xz.WaitForExit();
        if (xz.ExitCode != 0) throw new InvalidDataException($"xz could not read '{path}': exit code {xz.ExitCode}");
    }

    private static Process Start(string path)
    {
        try
        {
            return Process.Start(new ProcessStartInfo("xz", ["--decompress", "--stdout", path]) { RedirectStandardOutput = true })!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("there is no 'xz' program: install xz-utils");
            throw;
        }
    }
}
