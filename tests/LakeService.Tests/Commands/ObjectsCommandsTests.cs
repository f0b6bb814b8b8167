using System.Text.Json;
using Lake.Tests.Tables;

namespace LakeService.Tests.Commands;

public sealed class ObjectsCommandsTests : IDisposable
{
    // Of "abc".
    private const string Hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    private readonly CommandBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Fact]
    public async Task Files_are_put_once_listed_and_got_back()
    {
        var (first, second) = (await WriteAsync("a.txt", "abc"), await WriteAsync("b.csv", "id,n\n1,2\n"));
        string[] put = ["objects", "put", first, second, "--table", "media.files", "--tag", "kind=text", "--tag", "by=me"];
        Assert.Equal("lake: --table is 'media.files'; the lake has no such table, and lake objects put with --location makes it", await _bed.ErrorAsync(2, put));
        var lines = (await _bed.OutputAsync([.. put, "--location", Path.Combine(_bed.Folder, "objects")])).Split('\n');
        Assert.Equal($"{Hash}  3 bytes, text/plain, a.txt", lines[0]);
        Assert.EndsWith("  9 bytes, text/csv, b.csv", lines[1], StringComparison.Ordinal);
        // The same bytes under another name are the same object, and the table knows the place by now.
        Assert.Equal($"{Hash}  3 bytes, text/plain, a.txt\n", await _bed.OutputAsync("objects", "put", await WriteAsync("c.bin", "abc"), "--table", "media.files"));
        var items = JsonDocument.Parse(await _bed.OutputAsync("objects", "list", "--table", "media.files", "--json")).RootElement;
        Assert.Equal((2, "me", first), (items.GetArrayLength(), items[1].GetProperty("tags").GetProperty("by").GetString(), items[1].GetProperty("origin").GetString()));
        lines = (await _bed.OutputAsync("objects", "list", "--table", "media.files", "--type", "text/plain", "--tag", "kind=text")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Matches($"^{Hash}  text/plain  3      a.txt  by=me kind=text  2025-", Assert.Single(lines[1..]));
        Assert.Single((await _bed.OutputAsync("objects", "list", "--table", "media.files", "--tag", "kind=none")).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal("abc", await _bed.OutputAsync("objects", "get", Hash, "--table", "media.files"));
        var file = Path.Combine(_bed.Folder, "back.txt");
        Assert.Equal($"3 bytes of text/plain to {file}\n", await _bed.OutputAsync("objects", "get", Hash, "--to", file, "--table", "media.files"));
        Assert.Equal("abc", await File.ReadAllTextAsync(file, LakeBed.Cancellation));
    }

    [Fact]
    public async Task What_cannot_be_put_or_got_is_named()
    {
        var file = await WriteAsync("a.txt", "abc");
        await _bed.Rows.CreateAsync();
        var inside = Path.Combine(_bed.Folder, "shop", "orders", "x");
        Assert.StartsWith($"lake: location is '{inside}'; it must not be below", await _bed.ErrorAsync(2, "objects", "put", file, "--table", "media.files", "--location", inside), StringComparison.Ordinal);
        Assert.Equal("lake: table shop.orders has no property objects.location; it is none of an object store", await _bed.ErrorAsync(2, "objects", "list", "--table", "shop.orders"));
        await _bed.OutputAsync("objects", "put", file, "--table", "media.files", "--location", Path.Combine(_bed.Folder, "objects"));
        Assert.Equal("lake: HASH is 'abc'; it must be 64 hexadecimal digits", await _bed.ErrorAsync(2, "objects", "get", "abc", "--table", "media.files"));
        var other = new string('0', 64);
        Assert.Equal($"lake: HASH is '{other}'; media.files has no such object, see lake objects list", await _bed.ErrorAsync(2, "objects", "get", other, "--table", "media.files"));
        Assert.Equal("lake: --tag is 'kind'; it must be name=value, and each name stand once", await _bed.ErrorAsync(2, "objects", "put", file, "--table", "media.files", "--tag", "kind"));
        Assert.Contains("none.txt", await _bed.ErrorAsync(1, "objects", "put", Path.Combine(_bed.Folder, "none.txt"), "--table", "media.files"), StringComparison.Ordinal);
    }

    private async Task<string> WriteAsync(string name, string text)
    {
        var file = Path.Combine(_bed.Folder, name);
        await File.WriteAllTextAsync(file, text, LakeBed.Cancellation);
        return file;
    }
}
