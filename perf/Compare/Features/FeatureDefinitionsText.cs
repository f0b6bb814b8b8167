using FeatureBench.Folders;

namespace Compare.Features;

/// <summary>Definitions of the measured view: 64 floats of a subject, a service of all of them and one of the first fifty.</summary>
internal static class FeatureDefinitionsText
{
    public const string View = "subject_vector";
    public const string JoinKey = "subject_id";
    public const string AllService = "all_of_subject";
    public const string FiftyService = "fifty_of_subject";
    public const int Fifty = 50;

    public static string Name(int feature) => $"f{feature}";

    public static string Json()
    {
        var fields = Join(VectorValues.Width, i => $$"""{"name":"{{Name(i)}}","type":"float"}""");
        return $$"""
            {
              "entities": [{ "name": "subject", "joinKeys": [{ "name": "{{JoinKey}}", "type": "int64" }] }],
              "sources": [{ "name": "subject_rows", "kind": "push", "fields": [{{fields}}] }],
              "featureViews": [{ "name": "{{View}}", "kind": "batch", "entities": ["subject"], "source": "subject_rows", "ttl": "90d", "features": [{{fields}}] }],
              "featureServices": [
                { "name": "{{AllService}}", "features": [{{References(VectorValues.Width)}}] },
                { "name": "{{FiftyService}}", "features": [{{References(Fifty)}}] }
              ]
            }
            """;
    }

    private static string References(int count) => Join(count, i => $"\"{View}:{Name(i)}\"");

    private static string Join(int count, Func<int, string> part) => string.Join(",", Enumerable.Range(0, count).Select(part));
}
