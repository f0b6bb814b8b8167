using System.Xml.Linq;
using Xunit;

namespace Architecture.Tests;

public sealed class ProjectArrowsTests
{
    // From a product project to the ones it may reference. A project that is not here may reference none.
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Contracts"] = [],
        ["FeatureModel"] = ["Contracts"],
        ["Appliance.Http2"] = [],
        ["Appliance.LoadGen"] = ["Contracts"],
        ["Appliance.Inference"] = ["Contracts"],
        ["Appliance.Features"] = ["FeatureModel", "Contracts"],
        ["Appliance.Scoring"] = ["Appliance.Inference", "Appliance.Features", "FeatureModel", "Contracts"],
        ["Appliance.Host"] = ["Appliance.Http2", "Appliance.LoadGen", "Appliance.Scoring", "Appliance.Inference", "Appliance.Features", "FeatureModel", "Contracts"],
        ["Lake"] = ["FeatureModel", "Contracts"],
        ["LakeService"] = ["Lake"],
        ["Trainer"] = ["FeatureModel", "Contracts"],
    };

    // These run or measure the others and may reference whatever they need.
    private static readonly string[] Observers = ["tests/", "perf/", "native-aot/"];

    [Fact]
    public void A_product_project_references_only_what_the_arrows_allow()
    {
        var wrong = ProductProjects()
            .SelectMany(p => References(p).Select(r => (From: Name(p), To: r)))
            .Where(a => !Allowed.GetValueOrDefault(a.From, []).Contains(a.To))
            .Select(a => $"{a.From} -> {a.To}");
        Assert.Empty(wrong);
    }

    [Fact]
    public void Every_product_project_has_its_arrows_stated() =>
        Assert.Empty(ProductProjects().Select(Name).Except(Allowed.Keys));

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = SourceTree.Read("Appliance.sln").Replace('\\', '/');
        Assert.All(SourceTree.Files(".csproj"), p => Assert.Contains(p, solution));
    }

    private static IEnumerable<string> ProductProjects() =>
        SourceTree.Files(".csproj").Where(p => !Observers.Any(o => p.StartsWith(o, StringComparison.Ordinal)));

    private static IEnumerable<string> References(string project) =>
        XDocument.Parse(SourceTree.Read(project)).Descendants("ProjectReference")
            .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/')));

    private static string Name(string project) => Path.GetFileNameWithoutExtension(project);
}
