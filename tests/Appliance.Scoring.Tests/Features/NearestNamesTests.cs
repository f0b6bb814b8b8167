using Appliance.Scoring.Features;
using TestKit;

namespace Appliance.Scoring.Tests.Features;

public sealed class NearestNamesTests
{
    [Theory]
    [InlineData("", "abc", 3)]
    [InlineData("abc", "abc", 0)]
    [InlineData("ABC", "abc", 0)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("share_count", "share_cont", 1)]
    public void The_distance_is_the_letters_to_change(string a, string b, int distance)
    {
        Assert.Equal(distance, NearestNames.Distance(a, b));
        Assert.Equal(distance, NearestNames.Distance(b, a));
    }

    [Fact]
    public void The_nearest_come_first_and_the_far_ones_not_at_all()
    {
        Assert.True(FeatureBinding.TryCreate(KocPotential.Manifest(), KocPotential.Signature(), out var binding, out _));
        Assert.Equal(["social_interaction_score"], NearestNames.Of("social_interaction", binding.Features));
        Assert.Equal(["share_count"], NearestNames.Of("Share_Count", binding.Features));
        Assert.Empty(NearestNames.Of("zip", binding.Features));
        Assert.Empty(NearestNames.Of(new string('x', 5000), binding.Features));
    }
}
