using Lake.Query;
using TestKit;

namespace Lake.Tests.Query;

/// <summary>Which shapes are known of files.</summary>
public sealed class KnownShapesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_shape_is_known_until_its_file_is_written_again()
    {
        var (path, shapes) = (Path.Combine(_folder.Path, "a.parquet"), new KnownShapes());
        File.WriteAllText(path, "12");
        var before = FileStamp.Of(path);
        Assert.Null(shapes.Find(before));
        shapes.Add(before, "[1]");
        Assert.Equal("[1]", shapes.Find(FileStamp.Of(path)));
        File.SetLastWriteTimeUtc(path, before.ModifiedAt.AddTicks(TimeSpan.TicksPerMillisecond));
        Assert.Null(shapes.Find(FileStamp.Of(path)));
        File.WriteAllText(path, "123");
        File.SetLastWriteTimeUtc(path, before.ModifiedAt);
        Assert.Null(shapes.Find(FileStamp.Of(path)));
        File.Delete(path);
        Assert.Equal(-1, FileStamp.Of(path).Length);
    }

    [Fact]
    public void Many_files_of_a_shape_share_its_text_and_many_shapes_do_not_stay()
    {
        var shapes = new KnownShapes();
        for (var file = 0; file < 1_000; file++) shapes.Add(new FileStamp($"{file}", 1, default), new string('s', 3));
        Assert.Same(shapes.Find(new FileStamp("0", 1, default)), shapes.Find(new FileStamp("999", 1, default)));
        for (var file = 0; file < 1_000; file++) shapes.Add(new FileStamp($"{file}", 2, default), $"{file}");
        Assert.Null(shapes.Find(new FileStamp("0", 1, default)));
        Assert.Equal("999", shapes.Find(new FileStamp("999", 2, default)));
        Assert.InRange(Enumerable.Range(0, 1_000).Count(f => shapes.Find(new FileStamp($"{f}", 2, default)) is not null), 1, 64);
    }
}
