using System.Text.Json;

namespace FeatureModel.Definitions;

/// <summary>A table of an on-demand view: key to value, all values of one type.</summary>
public sealed class LookupTableDefinition
{
    public string Name { get; set; } = "";

    /// <summary>string or int64.</summary>
    public string KeyType { get; set; } = "string";

    /// <summary>string, int64 or double.</summary>
    public string ValueType { get; set; } = "double";

    /// <summary>An int64 key is written as its decimal digits.</summary>
    public Dictionary<string, JsonElement> Entries { get; set; } = [];
}
