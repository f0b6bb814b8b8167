using Avro;

namespace Lake.Files.Avro;

/// <summary>An Avro schema that writes itself as it was given: the library's own drops a list's logical type, and puts logical types of fixed ones around the type instead of in it.</summary>
internal sealed class AvroRawSchema(string name, string text) : Schema(Type.Record, null)
{
    public override string Name => name;

    public override string ToString() => text;
}
