using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace Architecture.Tests;

public sealed class RunScriptStampsTests
{
    [Fact]
    public void What_run_sh_builds_is_built_again_when_a_folder_that_it_is_built_from_changes()
    {
        var stamps = Regex.Matches(SourceTree.Read("run.sh"), @"\bstale (artifacts/\S+/\.stamp) ([a-z- ]+);");
        Assert.Equal(3, stamps.Count);
        foreach (Match stamp in stamps)
        {
            var folders = stamp.Groups[2].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var needed = folders.SelectMany(f => SourceTree.Files(".csproj", f)).SelectMany(Folders).Distinct().Except(folders);
            Assert.True(!needed.Any(), $"{stamp.Groups[1].Value} is of {string.Join(", ", folders)}; projects there need {string.Join(", ", needed)} too");
        }
    }

    // The first folder of each project that one refers to.
    private static IEnumerable<string> Folders(string project) =>
        XDocument.Parse(SourceTree.Read(project)).Descendants("ProjectReference")
            .Select(r => Path.GetRelativePath(SourceTree.Root, Path.GetFullPath(Path.Combine(SourceTree.Root, Path.GetDirectoryName(project)!, r.Attribute("Include")!.Value.Replace('\\', '/')))).Split('/')[0]);
}
