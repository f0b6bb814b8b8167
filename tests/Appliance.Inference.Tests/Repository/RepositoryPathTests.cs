using Appliance.Inference.Repository;
using Xunit;

namespace Appliance.Inference.Tests.Repository;

public sealed class RepositoryPathTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a")]
    [InlineData("a/b.c/d")]
    [InlineData("a..b/..c")]
    [InlineData("ab:c")]
    [InlineData("", false)]
    [InlineData("/a", false)]
    [InlineData("..", false)]
    [InlineData("a/../b", false)]
    [InlineData("a/./b", false)]
    [InlineData("a//b", false)]
    [InlineData("a/", false)]
    [InlineData("a\\b", false)]
    [InlineData("C:a", false)]
    [InlineData("a\0b", false)]
    [InlineData("a\nb", false)]
    public void A_relative_path_goes_down_only(string path, bool valid = true) =>
        Assert.Equal(valid, RepositoryPath.ProblemOf(path) is null);

    [Fact]
    public void Lengths_are_bounded()
    {
        Assert.Null(RepositoryPath.ProblemOf(new string('a', 255)));
        Assert.NotNull(RepositoryPath.ProblemOf(new string('a', 256)));
        Assert.NotNull(RepositoryPath.ProblemOf(string.Join('/', Enumerable.Repeat("abc", 1000))));
    }

    [Fact]
    public void Links_are_followed_on_every_part_of_the_way()
    {
        _folder.Write("real/deep/file", "x");
        _folder.Link("alias", "real");
        _folder.Link("real/up", "..");
        _folder.Link("real/deep/absolute", _folder.At("real/deep/file"));
        Assert.Equal(RepositoryPath.Resolve(_folder.At("real/deep/file")),
            RepositoryPath.Resolve(_folder.At("alias/up/alias/deep/absolute")));
        Assert.EndsWith("/real/none/at/all", RepositoryPath.Resolve(_folder.At("alias/none/at/all")), StringComparison.Ordinal);
        Assert.Equal("/", RepositoryPath.Resolve("/"));
    }

    [Fact]
    public void Inside_is_what_remains_inside_without_links()
    {
        _folder.Write("in/file", "x");
        _folder.Write("in-too/file", "x");
        _folder.Link("in/good", "file");
        _folder.Link("in/out", "../in-too/file");
        _folder.Link("in/root", "/");
        _folder.Link("alias", "in");
        Assert.True(RepositoryPath.IsInside(_folder.At("in"), _folder.At("in/file")));
        Assert.True(RepositoryPath.IsInside(_folder.At("in"), _folder.At("in/good")));
        Assert.True(RepositoryPath.IsInside(_folder.At("alias"), _folder.At("in/good")));
        Assert.True(RepositoryPath.IsInside(_folder.At("in"), _folder.At("alias/file")));
        Assert.True(RepositoryPath.IsInside(_folder.At("in"), _folder.At("in/none")));
        Assert.False(RepositoryPath.IsInside(_folder.At("in"), _folder.At("in-too/file")));
        Assert.False(RepositoryPath.IsInside(_folder.At("in"), _folder.At("in/out")));
        Assert.False(RepositoryPath.IsInside(_folder.At("in"), _folder.At("in/root/etc/passwd")));
        Assert.False(RepositoryPath.IsInside(_folder.At("in"), _folder.At("in")));
    }

    [Fact]
    public void A_circle_of_links_is_an_error()
    {
        _folder.Link("a", "b");
        _folder.Link("b", "a");
        Assert.Throws<IOException>(() => RepositoryPath.Resolve(_folder.At("a/file")));
    }
}
