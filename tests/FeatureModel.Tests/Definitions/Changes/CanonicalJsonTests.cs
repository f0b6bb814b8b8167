using System.Text;
using FeatureModel.Definitions;
using FeatureModel.Definitions.Changes;

namespace FeatureModel.Tests.Definitions.Changes;

public sealed class CanonicalJsonTests
{
    private static readonly DefinitionRules Squeezing = DefinitionRules.Plain with { NormalExpression = text => text.Replace(" ", "", StringComparison.Ordinal) };

    [Fact]
    public void Names_are_sorted_and_what_is_empty_is_left_out() =>
        Assert.Equal("""{"description":"d'é","joinKeys":[{"name":"id","type":"int64"}],"name":"m","tags":{"a":"","b":"2"}}""",
            Of("""{"entities":[{"tags":{"b":"2","a":""},"name":"m","owner":"","description":"d'é","joinKeys":[{"type":"int64","name":"id"}]}]}"""));

    [Theory]
    [InlineData("""{"sources":[{"name":"s","kind":"events"}]}""", """{"sources":[{"kind":"events","name":"s","eventTimeColumn":"event_time","lateness":"24h","fields":[]}]}""")]
    [InlineData("""{"featureViews":[{"name":"v","ttl":"60s"}]}""", """{"featureViews":[{"name":"v","ttl":"1m"}]}""")]
    [InlineData("""{"featureViews":[{"name":"v","features":[{"name":"f","default":1.0}]}]}""", """{"featureViews":[{"name":"v","features":[{"name":"f","default":1e0,"pii":"none"}]}]}""")]
    [InlineData("""{"featureViews":[{"name":"v","features":[{"name":"f","default":{"b":1,"a":[]}}]}]}""", """{"featureViews":[{"name":"v","features":[{"name":"f","default":{"a":[ ],"b":1}}]}]}""")]
    [InlineData("""{"featureViews":[{"name":"v","features":[{"name":"f","expression":"a+b"}]}]}""", """{"featureViews":[{"name":"v","features":[{"name":"f","expression":"a + b"}]}]}""")]
    [InlineData("""{"featureViews":[{"name":"v","features":[{"name":"f","aggregate":{"window":"1d","where":"a == 1"}}]}]}""",
        """{"featureViews":[{"name":"v","features":[{"name":"f","aggregate":{"where":"a==1","window":"24h"}}]}]}""")]
    public void What_means_the_same_has_one_text(string one, string other) => Assert.Equal(Of(one), Of(other));

    [Theory]
    [InlineData("""{"entities":[{"name":"m","tags":{"ttl":"60s"}}]}""", """{"entities":[{"name":"m","tags":{"ttl":"1m"}}]}""")]
    [InlineData("""{"featureServices":[{"name":"s","features":["a","b"]}]}""", """{"featureServices":[{"name":"s","features":["b","a"]}]}""")]
    [InlineData("""{"featureViews":[{"name":"v","features":[{"name":"f","default":[]}]}]}""", """{"featureViews":[{"name":"v","features":[{"name":"f"}]}]}""")]
    [InlineData("""{"featureViews":[{"name":"v","features":[{"name":"f","default":9007199254740993}]}]}""",
        """{"featureViews":[{"name":"v","features":[{"name":"f","default":9007199254740992}]}]}""")]
    [InlineData("""{"featureViews":[{"name":"v","features":[{"name":"f","default":0.1}]}]}""", """{"featureViews":[{"name":"v","features":[{"name":"f","default":0.2}]}]}""")]
    public void What_means_something_else_has_another_text(string one, string other) => Assert.NotEqual(Of(one), Of(other));

    [Fact]
    public void The_text_reads_back_as_itself()
    {
        foreach (var definition in new EditedDefinitions().Read().All)
        {
            var text = CanonicalJson.Of(definition, DefinitionRules.Plain);
            var read = CanonicalJson.Read(definition.ObjectKind, text);
            Assert.Equal(definition.Name, read.Name);
            Assert.Equal(text, CanonicalJson.Of(read, DefinitionRules.Plain));
        }
    }

    [Fact]
    public void Its_checksum_is_the_SHA_256_of_the_UTF_8_text() =>
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", CanonicalJson.Sha256("abc"));

    private static string Of(string json)
    {
        var read = DefinitionFiles.ReadBody(Encoding.UTF8.GetBytes(json), "body");
        Assert.Empty(read.Errors);
        return CanonicalJson.Of(Assert.Single(read.Definitions.All), Squeezing);
    }
}
