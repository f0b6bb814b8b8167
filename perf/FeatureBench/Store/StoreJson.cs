using System.Text.Json.Serialization;

namespace FeatureBench.Store;

[JsonSerializable(typeof(StoreResult))]
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class StoreJson : JsonSerializerContext;
