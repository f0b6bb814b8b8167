using System.Text.Json.Serialization;

namespace AotProbe;

[JsonSerializable(typeof(string))]
internal sealed partial class ProbeJsonContext : JsonSerializerContext;
