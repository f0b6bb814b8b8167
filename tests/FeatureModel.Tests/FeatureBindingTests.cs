using Contracts;
using FeatureModel.Values;

namespace FeatureModel.Tests;

public sealed class FeatureBindingTests
{
    private static readonly ServiceFeature[] Schema =
    [
        new("activity", "visits", FeatureDataType.Int64), new("activity", "amount", FeatureDataType.Double),
        new("profile", "amount", FeatureDataType.Float), new("profile", "band", FeatureDataType.String),
    ];

    [Fact]
    public void Columns_follow_the_manifests_order_by_name_or_reference()
    {
        var manifest = Manifest(new() { Name = "band", Type = "string" }, new() { Name = "spend", Reference = "profile:amount" }, new() { Name = "visits", Type = "int64" },
            new() { Name = "basket" });

        Assert.True(FeatureBinding.TryCreate(manifest, Schema, out var binding, out _));

        Assert.Equal([3, 2, 0, -1], binding.Columns);
    }

    [Theory]
    [InlineData("amount", null, "double", "manifest.json: features[0] 'amount': the feature service has it in activity and profile; reference must say which, as view:feature")]
    [InlineData("x", "profile:x", "double", "manifest.json: features[0] 'x': reference is 'profile:x', which the feature service does not have")]
    [InlineData("band", null, "double", "manifest.json: features[0] 'band': type is 'double', and 'profile:band' is string; a double takes numbers, truth values and moments")]
    [InlineData("amount", "activity:amount", "int64", "manifest.json: features[0] 'amount': type is 'int64', and 'activity:amount' is double; an int64 takes whole numbers, truth values and moments")]
    [InlineData("basket", null, "double", "manifest.json: featureService 'members' has none of the model's features")]
    public void What_cannot_be_bound_is_named_with_the_rule(string name, string? reference, string type, string error)
    {
        var manifest = Manifest(new ManifestFeature { Name = name, Reference = reference, Type = type });

        Assert.False(FeatureBinding.TryCreate(manifest, Schema, out _, out var errors));

        Assert.Equal(error, Assert.Single(errors));
    }

    private static ModelManifest Manifest(params ManifestFeature[] features) =>
        new() { FeatureService = new ManifestFeatureService { Name = "members", Version = 1 }, Features = [.. features] };
}
