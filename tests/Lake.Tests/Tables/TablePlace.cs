using System.Text;
using Lake.Storage;

namespace Lake.Tests.Tables;

/// <summary>Where the tables of a test are, with what a test does to their files behind the library's back. The test owns it.</summary>
internal abstract class TablePlace : IDisposable
{
    public abstract ITableStorage Storage { get; }

    /// <summary>A folder or prefix that is the test's alone.</summary>
    public abstract string Root { get; }

    /// <summary>Whether it is a folder of the local disk, which readers that nobody here wrote can read.</summary>
    public abstract bool IsLocal { get; }

    /// <summary>Of calls that a test lets fail one after the other, it takes one of so many: where each takes long, not all are tried but in a long run.</summary>
    public int Stride(int usual, int slow) => Environment.GetEnvironmentVariable("APPLIANCE_SOAK") == "1" ? 1 : IsLocal ? usual : slow;

    /// <summary>All locations below a folder that end so, in order.</summary>
    public async Task<List<string>> FilesAsync(string folder, string ending = "") =>
        [.. (await LakeBed.FilesAsync(Storage, folder)).Select(f => f.Location).Where(l => l.EndsWith(ending, StringComparison.Ordinal))];

    /// <summary>Files of the local disk that end so: the place's own, or those that are staged for it.</summary>
    public abstract IEnumerable<string> LocalFiles(string ending);

    public Task<bool> ExistsAsync(string location) => Storage.ExistsAsync(location, LakeBed.Cancellation);

    /// <summary>Writes a file, or over one.</summary>
    public Task WriteAsync(string location, string text) => WriteAsync(location, Encoding.UTF8.GetBytes(text));

    /// <inheritdoc cref="WriteAsync(string, string)"/>
    public Task WriteAsync(string location, byte[] bytes) => Storage.ReplaceAsync(location, bytes, LakeBed.Cancellation);

    public Task<byte[]> ReadAsync(string location) => Storage.ReadAsync(location, LakeBed.Cancellation);

    public Task DeleteAsync(string location) => Storage.DeleteAsync(location, LakeBed.Cancellation);

    /// <summary>Says when a file was written.</summary>
    public abstract void SetTime(string location, DateTimeOffset at);

    /// <summary>Says of all files below a folder that they were written then.</summary>
    public async Task SetTimesAsync(string folder, DateTimeOffset at)
    {
        foreach (var file in await FilesAsync(folder)) SetTime(file, at);
    }

    public abstract void Dispose();
}
