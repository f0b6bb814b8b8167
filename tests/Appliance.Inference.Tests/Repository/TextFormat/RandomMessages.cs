using System.Collections;
using System.Globalization;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Appliance.Inference.Tests.Repository.TextFormat;

/// <summary>Makes messages with random fields, and writes them in the text format in randomly chosen spellings.</summary>
internal sealed class RandomMessages(Random random)
{
    private const string Characters = "abz_09 .'\"\\\n\t{}#\u00e4\u20ac\U0001F600\0";

    public IMessage Fill(IMessage message, int depth)
    {
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder().Where(field => !field.IsMap && random.Next(3) == 0))
        {
            if (field.ContainingOneof is { } oneof && oneof.Fields.Any(other => other.Accessor.HasValue(message)))
            {
                continue;
            }
            if (field.IsRepeated)
            {
                var list = (IList)field.Accessor.GetValue(message);
                for (var i = random.Next(4); i > 0 && (field.FieldType != FieldType.Message || depth > 0); i--)
                {
                    list.Add(Value(field, depth));
                }
            }
            else if (field.FieldType != FieldType.Message || depth > 0)
            {
                field.Accessor.SetValue(message, Value(field, depth));
            }
        }
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder().Where(field => field.IsMap && depth > 0
            && random.Next(2) == 0))
        {
            var map = (IDictionary)field.Accessor.GetValue(message);
            for (var i = random.Next(3); i > 0; i--)
            {
                map[Value(field.MessageType.FindFieldByNumber(1), 0)] = Value(field.MessageType.FindFieldByNumber(2), depth - 1);
            }
        }
        return message;
    }

    public string Write(IMessage message)
    {
        var text = new StringBuilder();
        WriteFields(message, text);
        return text.ToString();
    }

    private object Value(FieldDescriptor field, int depth) => field.FieldType switch
    {
        FieldType.Bool => random.Next(2) == 0,
        FieldType.Int32 => random.Next(3) == 0 ? int.MinValue : random.Next(-100, 100),
        FieldType.Int64 => random.Next(3) == 0 ? long.MinValue : random.NextInt64(-1000, 1000),
        FieldType.UInt32 => random.Next(3) == 0 ? uint.MaxValue : (uint)random.Next(100),
        FieldType.UInt64 => random.Next(3) == 0 ? ulong.MaxValue : (ulong)random.Next(100),
        FieldType.Float => random.Next(4) == 0 ? float.NegativeInfinity : (float)(random.NextDouble() * 1e10),
        FieldType.Double => random.Next(4) == 0 ? double.NaN : random.NextDouble() * 1e-200,
        FieldType.String => Text(),
        FieldType.Bytes => ByteString.CopyFrom(Bytes()),
        FieldType.Enum => Enum.ToObject(field.EnumType.ClrType, field.EnumType.Values[random.Next(field.EnumType.Values.Count)].Number),
        _ => Fill(field.MessageType.Parser.ParseFrom(ByteString.Empty), depth - 1),
    };

    private string Text()
    {
        var runes = Characters.EnumerateRunes().ToArray();
        return string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => runes[random.Next(runes.Length)].ToString()));
    }

    private byte[] Bytes()
    {
        var bytes = new byte[random.Next(6)];
        random.NextBytes(bytes);
        return bytes;
    }

    private void WriteFields(IMessage message, StringBuilder text)
    {
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            if (field.IsMap)
            {
                foreach (DictionaryEntry entry in (IDictionary)field.Accessor.GetValue(message))
                {
                    text.Append(field.Name).Append(Pick(" {", " <", ": {"));
                    var close = text[^1] == '<' ? '>' : '}';
                    WriteOne(field.MessageType.FindFieldByNumber(1), entry.Key, text);
                    WriteOne(field.MessageType.FindFieldByNumber(2), entry.Value!, text);
                    text.Append(close).Append(Separator());
                }
            }
            else if (field.IsRepeated)
            {
                WriteRepeated(field, (IList)field.Accessor.GetValue(message), text);
            }
            else if (field.HasPresence ? field.Accessor.HasValue(message) : !IsDefault(field.Accessor.GetValue(message)))
            {
                WriteOne(field, field.Accessor.GetValue(message), text);
            }
        }
    }

    private static bool IsDefault(object value) => value switch
    {
        string text => text.Length == 0,
        ByteString bytes => bytes.IsEmpty,
        Enum number => Convert.ToInt32(number, CultureInfo.InvariantCulture) == 0,
        _ => value.Equals(Activator.CreateInstance(value.GetType())),
    };

    private void WriteRepeated(FieldDescriptor field, IList list, StringBuilder text)
    {
        if (random.Next(2) == 0)
        {
            text.Append(field.Name).Append(Pick(":[", " : # list\n ["));
            for (var i = 0; i < list.Count; i++)
            {
                text.Append(i > 0 ? "," : "");
                WriteValue(field, list[i]!, text);
            }
            text.Append(']').Append(Separator());
            return;
        }
        foreach (var value in list)
        {
            WriteOne(field, value!, text);
        }
    }

    private void WriteOne(FieldDescriptor field, object value, StringBuilder text)
    {
        text.Append(field.Name).Append(field.FieldType == FieldType.Message ? Pick("", ":", " : ") : Pick(":", ": ", " # x\n:\t"));
        WriteValue(field, value, text);
        text.Append(Separator());
    }

    private void WriteValue(FieldDescriptor field, object value, StringBuilder text)
    {
        switch (value)
        {
            case IMessage message:
                var angled = random.Next(2) == 0;
                text.Append(angled ? '<' : '{');
                WriteFields(message, text);
                text.Append(angled ? '>' : '}');
                break;
            case bool flag:
                text.Append(flag ? Pick("true", "True", "t", "1") : Pick("false", "False", "f", "0"));
                break;
            case string content:
                WriteBytes(Encoding.UTF8.GetBytes(content), text);
                break;
            case ByteString bytes:
                WriteBytes(bytes.ToByteArray(), text);
                break;
            case Enum number:
                text.Append(random.Next(2) == 0
                    ? Convert.ToInt32(number, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture)
                    : field.EnumType.FindValueByNumber(Convert.ToInt32(number, CultureInfo.InvariantCulture)).Name);
                break;
            case float or double:
                text.Append(Convert.ToDouble(value, CultureInfo.InvariantCulture) switch
                {
                    double.NegativeInfinity => "- inf",
                    double.NaN => "nan",
                    _ => ((IFormattable)value).ToString("R", CultureInfo.InvariantCulture) + Pick("", "f"),
                });
                break;
            default:
                WriteInteger((Int128)Convert.ToDecimal(value, CultureInfo.InvariantCulture), text);
                break;
        }
    }

    private void WriteInteger(Int128 value, StringBuilder text)
    {
        var magnitude = (ulong)(value < 0 ? -value : value);
        text.Append(value < 0 ? "-" : "").Append(random.Next(3) switch
        {
            0 => "0x" + magnitude.ToString("x", CultureInfo.InvariantCulture),
            1 => "0" + Octal(magnitude),
            _ => magnitude.ToString(CultureInfo.InvariantCulture),
        });
    }

    private static string Octal(ulong value) => value < 8 ? value.ToString(CultureInfo.InvariantCulture) : Octal(value / 8) + (value % 8);

    private void WriteBytes(byte[] bytes, StringBuilder text)
    {
        text.Append('"');
        foreach (var b in bytes)
        {
            text.Append(b is >= 0x20 and < 0x7f and not (byte)'"' and not (byte)'\\'
                ? ((char)b).ToString()
                : random.Next(2) == 0 ? $"\\{Convert.ToString(b, 8).PadLeft(3, '0')}" : $"\\x{b:x2}");
            if (random.Next(5) == 0)
            {
                text.Append("\" # joined\n \"");
            }
        }
        text.Append('"');
    }

    private string Separator() => Pick(" ", "\n", ", ", ";", " # end\n");

    private string Pick(params string[] choices) => choices[random.Next(choices.Length)];
}
