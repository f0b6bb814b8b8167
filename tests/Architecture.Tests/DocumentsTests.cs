using System.Text.RegularExpressions;
using Xunit;

namespace Architecture.Tests;

public sealed partial class DocumentsTests
{
    private static readonly string[] Trees = ["appliance/", "trainer/", "contracts/", "native-aot/"];

    [Fact]
    public void Every_file_that_flows_names_exists()
    {
        var files = SourceTree.Files("").ToHashSet();
        var named = PathPattern().Matches(SourceTree.Read("docs/flows.md")).Select(m => m.Value).Distinct();
        Assert.All(named, n => Assert.True(files.Contains(n) || files.Contains("appliance/" + n), n));
    }

    [Fact]
    public void Every_test_that_the_conformance_table_names_exists()
    {
        var sources = SourceTree.Files(".cs", "tests").ToLookup(f => Path.GetFileNameWithoutExtension(f), SourceTree.Read, StringComparer.Ordinal);
        var named = TestPattern().Matches(SourceTree.Read("docs/conformance.md")).Select(m => (Type: m.Groups[1].Value, Method: m.Groups[2].Value)).Distinct().ToArray();
        Assert.True(named.Length > 100, $"only {named.Length} tests are named");
        var missing = named.Where(n => !sources[n.Type].Any(text => n.Method.Length == 0 || text.Contains($" {n.Method}(", StringComparison.Ordinal)));
        Assert.Empty(missing);
    }

    [Fact]
    public void Folder_readmes_are_short()
    {
        var wrong = FolderReadmes().Where(f => SourceTree.Read(f).TrimEnd().Split('\n').Length > 14);
        Assert.Empty(wrong);
    }

    [Fact]
    public void Folder_readmes_name_only_types_that_exist()
    {
        var known = SourceTree.Files(".cs").Select(f => Path.GetFileNameWithoutExtension(f)).ToHashSet(StringComparer.Ordinal);
        var wrong = FolderReadmes()
            .SelectMany(f => TypePattern().Matches(SourceTree.Read(f)).Select(m => (File: f, Type: m.Groups[1].Value)))
            .Where(m => !known.Contains(m.Type));
        Assert.Empty(wrong);
    }

    private static IEnumerable<string> FolderReadmes() =>
        SourceTree.Files("README.md").Where(f => Trees.Any(t => f.StartsWith(t, StringComparison.Ordinal)));

    [GeneratedRegex(@"[A-Za-z][\w.\-]*(?:/[\w.\-]+)+\.cs")]
    private static partial Regex PathPattern();

    // `SomeTests` or `SomeTests.A_method`.
    [GeneratedRegex(@"`(\w+Tests)(?:\.(\w+))?`")]
    private static partial Regex TestPattern();

    // `SomeType` in code marks: two humps or more, no dots or slashes.
    [GeneratedRegex(@"`((?:[A-Z][a-z0-9]+){2,})`")]
    private static partial Regex TypePattern();
}
