using System.Text;
using FeatureModel.Definitions;

namespace Appliance.Host.Tests.Features;

/// <summary>Definitions with every type, a composite key, a text key, names that collide, and inputs that come with the request.</summary>
internal static class TestDefinitions
{
    public const string Types =
        """
        {"name":"a_bytes","type":"bytes"},{"name":"a_string","type":"string"},{"name":"a_int32","type":"int32"},{"name":"a_int64","type":"int64"},
        {"name":"a_double","type":"double"},{"name":"a_float","type":"float"},{"name":"a_bool","type":"bool"},{"name":"a_time","type":"timestamp"},
        {"name":"l_bytes","type":"list<bytes>"},{"name":"l_string","type":"list<string>"},{"name":"l_int32","type":"list<int32>"},
        {"name":"l_int64","type":"list<int64>"},{"name":"l_double","type":"list<double>"},{"name":"l_float","type":"list<float>"},
        {"name":"l_bool","type":"list<bool>"},{"name":"l_time","type":"list<timestamp>"},{"name":"a_json","type":"json"}
        """;

    public const string Json =
        $$$"""
        {"entities":[
          {"name":"user","joinKeys":[{"name":"user_id","type":"int64"}]},
          {"name":"shop","joinKeys":[{"name":"shop_code","type":"string"}]}],
        "sources":[
          {"name":"type_push","kind":"push","fields":[{{{Types}}}]},
          {"name":"score_push","kind":"push","fields":[{"name":"score","type":"double"},{"name":"a_string","type":"string"}]},
          {"name":"pair_push","kind":"push","fields":[{"name":"visits","type":"int32"}]},
          {"name":"shop_push","kind":"push","fields":[{"name":"area","type":"float"}]},
          {"name":"clicks","kind":"events","fields":[{"name":"price","type":"double"}]}],
        "featureViews":[
          {"name":"types","kind":"batch","entities":["user"],"source":"type_push","features":[{{{Types}}}]},
          {"name":"score","kind":"batch","entities":["user"],"source":"score_push","ttl":"1d","features":[{"name":"score","type":"double"},{"name":"a_string","type":"string"}]},
          {"name":"pair","kind":"batch","entities":["user","shop"],"source":"pair_push","features":[{"name":"visits","type":"int32"}]},
          {"name":"place","kind":"batch","entities":["shop"],"source":"shop_push","features":[{"name":"area","type":"float"}]},
          {"name":"clicked","kind":"stream","entities":["user"],"source":"clicks","features":[{"name":"clicks_1d","type":"int64","aggregate":{"function":"count","window":"1d"}}]},
          {"name":"twice","kind":"onDemand","entities":["user"],"inputs":["score"],"features":[{"name":"twice","type":"double","expression":"score.score * 2"}]},
          {"name":"ratio","kind":"onDemand","entities":["user"],"inputs":["score"],"requestInputs":[{"name":"spend","type":"double"}],"features":[{"name":"ratio","type":"double","expression":"spend / score.score"}]}],
        "featureServices":[
          {"name":"scores","features":["score:score","twice:twice"]}]}
        """;

    public static FeatureDefinitions Read()
    {
        var read = DefinitionFiles.ReadBody(Encoding.UTF8.GetBytes(Json), "test");
        Assert.Empty(read.Errors);
        return read.Definitions;
    }
}
