using Avro;
using Avro.Util;

namespace Lake.Files.Avro;

/// <summary>The logical type <c>uuid</c> over 16 bytes, as Iceberg writes it; the library's own takes it over strings alone and refuses the whole file.</summary>
internal sealed class AvroUuid() : LogicalType("uuid")
{
    /// <summary>Makes the library read files with it. May be called again.</summary>
    public static void Register() => LogicalTypeFactory.Instance.Register(new AvroUuid());

    public override object ConvertToBaseValue(object logicalValue, LogicalSchema schema) => logicalValue;

    public override object ConvertToLogicalValue(object baseValue, LogicalSchema schema) => baseValue;

    public override Type GetCSharpType(bool nullible) => typeof(object);

    public override bool IsInstanceOfLogicalType(object logicalValue) => true;
}
