using Appliance.Inference.Repository;
using Xunit;

namespace Appliance.Inference.Tests.Repository;

public class VersionSelectionTests
{
    [Theory]
    [InlineData("", new long[] { 1, 2, 10 }, new long[0], new long[] { 10 }, new long[0])]
    [InlineData("latest { num_versions: 2 }", new long[] { 10, 1, 2 }, new long[0], new long[] { 2, 10 }, new long[0])]
    [InlineData("latest { num_versions: 2147483647 }", new long[] { 1, 2 }, new long[0], new long[] { 1, 2 }, new long[0])]
    [InlineData("all { }", new long[] { 3, 1 }, new long[0], new long[] { 1, 3 }, new long[0])]
    [InlineData("all { }", new long[0], new long[0], new long[0], new long[0])]
    [InlineData("specific { versions: [ 3, 1, 7 ] }", new long[] { 1, 2, 3 }, new long[0], new long[] { 1, 3 }, new long[] { 7 })]
    [InlineData("latest { num_versions: 1 }", new long[] { 1, 2, 3 }, new long[] { 1 }, new long[] { 1, 3 }, new long[0])]
    [InlineData("latest { num_versions: 1 }", new long[] { 2, 3 }, new long[] { 1, 3 }, new long[] { 3 }, new long[] { 1 })]
    [InlineData("specific { versions: [ 1 ] }", new long[] { 2 }, new long[] { 2 }, new long[] { 2 }, new long[] { 1 })]
    public void The_policy_chooses_and_pins_are_kept(string policy, long[] available, long[] pinned, long[] desired, long[] missing)
    {
        var settings = ConfigTexts.Settings(policy.Length == 0 ? "" : $"version_policy {{ {policy} }}");
        var selection = VersionSelection.Choose(settings.VersionPolicy, available, pinned);
        Assert.Equal(desired, selection.Desired);
        Assert.Equal(missing, selection.Missing);
    }
}
