using System.Numerics;
using Avro;
using Avro.IO;
using Lake.Types;
using Lake.Values;

namespace Lake.Files.Avro;

/// <summary>Primitive values of <see cref="SingleValue"/> to and from Avro. Stateless.</summary>
internal static class AvroValue
{
    public static void Write(Encoder encoder, PrimitiveType type, object value)
    {
        // A file that was written before its partition's column was widened may be committed after.
        value = SingleValue.Fit(type, value);
        switch (type.Kind)
        {
            case TypeKind.Boolean:
                encoder.WriteBoolean((bool)value);
                break;
            case TypeKind.Int or TypeKind.Date:
                encoder.WriteInt((int)value);
                break;
            case TypeKind.Float:
                encoder.WriteFloat((float)value);
                break;
            case TypeKind.Double:
                encoder.WriteDouble((double)value);
                break;
            case TypeKind.String:
                encoder.WriteString((string)value);
                break;
            case TypeKind.Decimal:
                encoder.WriteFixed(DecimalBytes.Write((BigInteger)value, DecimalBytes.Needed(type.Precision)));
                break;
            case TypeKind.Uuid or TypeKind.Fixed:
                encoder.WriteFixed(SingleValue.Encode(type, value));
                break;
            case TypeKind.Binary:
                encoder.WriteBytes((byte[])value);
                break;
            case TypeKind.Unknown:
                throw new ArgumentException("a value of a dropped column cannot be written", nameof(value));
            default:
                encoder.WriteLong((long)value);
                break;
        }
    }

    /// <summary>Reads a value by the file's schema and lifts it to the type that is wanted.</summary>
    public static object? Read(Decoder decoder, Schema schema, PrimitiveType type)
    {
        while (schema is LogicalSchema logical) schema = logical.BaseSchema;
        switch (schema.Tag)
        {
            case Schema.Type.Union:
                return Read(decoder, ((UnionSchema)schema)[decoder.ReadUnionIndex()], type);
            case Schema.Type.Null:
                return null;
            case Schema.Type.Boolean:
                return decoder.ReadBoolean();
            case Schema.Type.Int:
                var i = decoder.ReadInt();
                return type.Kind is TypeKind.Int or TypeKind.Date or TypeKind.Unknown ? (object)i : (long)i;
            case Schema.Type.Long:
                return decoder.ReadLong();
            case Schema.Type.Float:
                var f = decoder.ReadFloat();
                return type.Kind == TypeKind.Double ? (object)(double)f : f;
            case Schema.Type.Double:
                return decoder.ReadDouble();
            case Schema.Type.String:
                return decoder.ReadString();
            case Schema.Type.Bytes:
                return FromBytes(decoder.ReadBytes(), type);
            case Schema.Type.Fixed:
                var bytes = new byte[((FixedSchema)schema).Size];
                decoder.ReadFixed(bytes);
                return FromBytes(bytes, type);
            default:
                throw new LakeFormatException($"a partition value is an Avro {schema.Tag}; it must be primitive");
        }
    }

    /// <summary>Reads past a value of any schema.</summary>
    public static void Skip(Decoder decoder, Schema schema)
    {
        while (schema is LogicalSchema logical) schema = logical.BaseSchema;
        switch (schema.Tag)
        {
            case Schema.Type.Null:
                break;
            case Schema.Type.Boolean:
                decoder.SkipBoolean();
                break;
            case Schema.Type.Int:
                decoder.SkipInt();
                break;
            case Schema.Type.Long:
                decoder.SkipLong();
                break;
            case Schema.Type.Float:
                decoder.SkipFloat();
                break;
            case Schema.Type.Double:
                decoder.SkipDouble();
                break;
            case Schema.Type.Bytes:
                decoder.SkipBytes();
                break;
            case Schema.Type.String:
                decoder.SkipString();
                break;
            case Schema.Type.Fixed:
                decoder.SkipFixed(((FixedSchema)schema).Size);
                break;
            case Schema.Type.Enumeration:
                decoder.SkipEnum();
                break;
            case Schema.Type.Union:
                Skip(decoder, ((UnionSchema)schema)[decoder.ReadUnionIndex()]);
                break;
            case Schema.Type.Record:
                foreach (var field in ((RecordSchema)schema).Fields) Skip(decoder, field.Schema);
                break;
            case Schema.Type.Array:
                for (var n = decoder.ReadArrayStart(); n > 0; n = decoder.ReadArrayNext())
                {
                    for (var k = 0L; k < n; k++) Skip(decoder, ((ArraySchema)schema).ItemSchema);
                }
                break;
            case Schema.Type.Map:
                for (var n = decoder.ReadMapStart(); n > 0; n = decoder.ReadMapNext())
                {
                    for (var k = 0L; k < n; k++)
                    {
                        decoder.SkipString();
                        Skip(decoder, ((MapSchema)schema).ValueSchema);
                    }
                }
                break;
            default:
                throw new LakeFormatException($"a field is an Avro {schema.Tag}; that is not known here");
        }
    }

    private static object FromBytes(byte[] bytes, PrimitiveType type) => type.Kind switch
    {
        TypeKind.Decimal => DecimalBytes.Read(bytes),
        TypeKind.Uuid => SingleValue.Decode(type, bytes),
        _ => bytes,
    };
}
