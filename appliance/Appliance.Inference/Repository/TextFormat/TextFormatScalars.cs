using System.Buffers;
using System.Globalization;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Appliance.Inference.Repository.TextFormat;

/// <summary>Reads one scalar value as the field's type wants it, boxed as the field's accessor takes it.</summary>
internal sealed class TextFormatScalars(TextFormatTokenizer tokens)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public object Read(FieldDescriptor field, string path)
    {
        var at = tokens.Current.Position;
        switch (field.FieldType)
        {
            case FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32:
                return (int)ReadSigned(int.MinValue, int.MaxValue, path);
            case FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64:
                return ReadSigned(long.MinValue, long.MaxValue, path);
            case FieldType.UInt32 or FieldType.Fixed32:
                return (uint)ReadUnsigned(uint.MaxValue, path);
            case FieldType.UInt64 or FieldType.Fixed64:
                return ReadUnsigned(ulong.MaxValue, path);
            case FieldType.Double:
                return ReadDouble(path);
            case FieldType.Float:
                return (float)ReadDouble(path);
            case FieldType.Bool:
                return ReadBool(path);
            case FieldType.Enum:
                return ReadEnum(field.EnumType, path);
            case FieldType.Bytes:
                return ByteString.CopyFrom(ReadStrings(path));
            case FieldType.String:
                var content = ReadStrings(path);
                try
                {
                    return StrictUtf8.GetString(content);
                }
                catch (DecoderFallbackException)
                {
                    throw new TextFormatException(at, path, "a string must be valid UTF-8");
                }
            default:
                throw new TextFormatException(at, path, $"a field of type {field.FieldType} cannot be written as text");
        }
    }

    private bool TakeMinus(string path)
    {
        if (tokens.Current.Symbol != '-')
        {
            return false;
        }
        tokens.Advance(path);
        return true;
    }

    private long ReadSigned(long least, long most, string path)
    {
        var at = tokens.Current.Position;
        var negative = TakeMinus(path);
        var magnitude = ReadMagnitude("a whole number", path);
        var value = negative ? -(Int128)magnitude : magnitude;
        return value >= least && value <= most ? (long)value : throw OutOfRange(at, path, value, least, most);
    }

    private ulong ReadUnsigned(ulong most, string path)
    {
        var at = tokens.Current.Position;
        var value = ReadMagnitude("a whole number of at least 0", path);
        return value <= most ? value : throw OutOfRange(at, path, value, 0, most);
    }

    private ulong ReadMagnitude(string wanted, string path)
    {
        var token = tokens.Current;
        if (token.Kind != TokenKind.Integer)
        {
            throw Unexpected(wanted, path);
        }
        var digits = tokens.Bytes(token);
        var (radix, start) = digits switch
        {
            [(byte)'0', (byte)'x' or (byte)'X', ..] => (16u, 2),
            [(byte)'0', _, ..] => (8u, 1),
            _ => (10u, 0),
        };
        UInt128 value = 0;
        foreach (var digit in digits[start..])
        {
            value = (value * radix) + (uint)Convert.ToInt32(((char)digit).ToString(), 16);
            if (value > ulong.MaxValue)
            {
                throw new TextFormatException(token.Position, path,
                    $"{tokens.Describe(token)} is out of range; no field takes more than 64 bits");
            }
        }
        tokens.Advance(path);
        return (ulong)value;
    }

    private double ReadDouble(string path)
    {
        var negative = TakeMinus(path);
        var token = tokens.Current;
        var text = tokens.Text(token);
        double value;
        if (token.Kind == TokenKind.Identifier && text.ToLowerInvariant() is "inf" or "infinity")
        {
            value = double.PositiveInfinity;
        }
        else if (token.Kind == TokenKind.Identifier && text.Equals("nan", StringComparison.OrdinalIgnoreCase))
        {
            value = double.NaN;
        }
        else if (token.Kind == TokenKind.Float || (token.Kind == TokenKind.Integer && (text == "0" || text[0] != '0')))
        {
            value = double.Parse(text.TrimEnd('f', 'F'), NumberStyles.Float, CultureInfo.InvariantCulture);
        }
        else
        {
            throw Unexpected("a decimal number, inf or nan", path);
        }
        tokens.Advance(path);
        return negative ? -value : value;
    }

    private bool ReadBool(string path)
    {
        var token = tokens.Current;
        if (token.Kind == TokenKind.Integer)
        {
            var value = ReadMagnitude("", path);
            return value <= 1 ? value == 1 : throw OutOfRange(token.Position, path, value, 0, 1);
        }
        bool? flag = token.Kind != TokenKind.Identifier ? null : tokens.Text(token) switch
        {
            "true" or "True" or "t" => true,
            "false" or "False" or "f" => false,
            _ => null,
        };
        if (flag is null)
        {
            throw Unexpected("true or false", path);
        }
        tokens.Advance(path);
        return flag.Value;
    }

    private object ReadEnum(EnumDescriptor type, string path)
    {
        var token = tokens.Current;
        EnumValueDescriptor? value = null;
        if (token.Kind == TokenKind.Identifier)
        {
            value = type.FindValueByName(tokens.Text(token));
        }
        else if (token.Kind == TokenKind.Integer || token.Symbol == '-')
        {
            value = type.FindValueByNumber((int)ReadSigned(int.MinValue, int.MaxValue, path));
        }
        else
        {
            throw Unexpected($"one of {Names(type)}", path);
        }
        if (value is null)
        {
            throw new TextFormatException(token.Position, path,
                $"{tokens.Describe(token)} is not a value of {type.Name}; there are {Names(type)}");
        }
        if (token.Kind == TokenKind.Identifier)
        {
            tokens.Advance(path);
        }
        return Enum.ToObject(type.ClrType, value.Number);
    }

    private static string Names(EnumDescriptor type) => string.Join(", ", type.Values.Select(value => value.Name));

    /// <summary>Strings side by side are one.</summary>
    private byte[] ReadStrings(string path)
    {
        if (tokens.Current.Kind != TokenKind.Text)
        {
            throw Unexpected("a quoted string", path);
        }
        var content = new ArrayBufferWriter<byte>();
        while (tokens.Current is { Kind: TokenKind.Text } token)
        {
            if (!TextFormatStrings.TryUnescape(tokens.Bytes(token), content, out var problem))
            {
                throw new TextFormatException(token.Position, path, problem);
            }
            tokens.Advance(path);
        }
        return content.WrittenSpan.ToArray();
    }

    private TextFormatException Unexpected(string wanted, string path) =>
        new(tokens.Current.Position, path, $"{tokens.Describe(tokens.Current)} stands where {wanted} is expected");

    private static TextFormatException OutOfRange(FieldPosition at, string path, Int128 value, Int128 least, Int128 most) =>
        new(at, path, $"{value} is out of range; it must be {least} to {most}");
}
