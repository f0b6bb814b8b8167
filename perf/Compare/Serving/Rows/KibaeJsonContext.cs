using System.Text.Json.Serialization;

namespace Compare.Serving.Rows;

/// <summary>Source-generated JSON of one row.</summary>
[JsonSerializable(typeof(float[]))]
internal sealed partial class KibaeJsonContext : JsonSerializerContext;
