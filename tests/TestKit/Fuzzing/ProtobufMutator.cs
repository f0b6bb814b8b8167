namespace TestKit.Fuzzing;

/// <summary>
/// Changes protobuf messages field by field, at any depth: removed, doubled, put elsewhere, given another number, wire type, length or value. What comes
/// out is mostly well-formed, and often not what any encoder writes.
/// </summary>
public sealed class ProtobufMutator : IMutator
{
    private static readonly ulong[] Values = [0, 1, 2, 127, 128, 255, 256, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x1_0000_0005, long.MaxValue, 1ul << 63, ulong.MaxValue];
    private static readonly ByteMutator Bytes = new();

    public byte[] Mutate(byte[] seed, FuzzRandom random)
    {
        var message = Change(seed, random, depth: 0);
        if (random.OneIn(3)) message = Change(message, random, depth: 0);
        return random.OneIn(6) ? Bytes.Mutate(message, random) : message;
    }

    private static byte[] Change(byte[] message, FuzzRandom random, int depth)
    {
        if (!TryRead(message, out var fields) || fields.Count == 0) return Bytes.Mutate(message, random);
        var at = random.Next(fields.Count);
        var field = fields[at];
        // Mostly somewhere inside: the message itself has few fields.
        if (field.Wire == 2 && field.Payload.Length > 0 && depth < 6 && !random.OneIn(3))
        {
            fields[at] = field with { Payload = Change(field.Payload, random, depth + 1) };
            return Write(fields, random);
        }
        switch (random.Next(9))
        {
            case 0: fields.RemoveAt(at); break;
            case 1: fields.Insert(random.Next(fields.Count + 1), field); break;
            case 2: (fields[at], fields[random.Next(fields.Count)]) = (fields[random.Next(fields.Count)], field); break;
            case 3: fields[at] = field with { Number = 1 + random.Next(17) }; break;
            case 4: fields[at] = field with { Wire = random.Next(8) }; break;
            case 5: fields[at] = field with { Value = random.Of(Values) }; break;
            case 6: fields[at] = field with { Payload = Bytes.Mutate(field.Payload, random) }; break;
            case 7: fields[at] = field with { Payload = random.OneIn(2) ? [] : new byte[random.Next(300)] }; break;
            case 8: fields[at] = field with { LengthError = random.Next(5) - 2 }; break;
        }
        return Write(fields, random);
    }

    private static bool TryRead(byte[] message, out List<Field> fields)
    {
        fields = [];
        var at = 0;
        while (at < message.Length)
        {
            if (!TryReadVarint(message, ref at, out var tag)) return false;
            var (number, wire) = ((long)(tag >> 3), (int)(tag & 7));
            ulong value = 0;
            byte[] payload = [];
            switch (wire)
            {
                case 0 when TryReadVarint(message, ref at, out value): break;
                case 1 when message.Length - at >= 8: (payload, at) = (message[at..(at + 8)], at + 8); break;
                case 5 when message.Length - at >= 4: (payload, at) = (message[at..(at + 4)], at + 4); break;
                case 2 when TryReadVarint(message, ref at, out var length) && length <= (ulong)(message.Length - at):
                    (payload, at) = (message[at..(at + (int)length)], at + (int)length);
                    break;
                default: return false;
            }
            fields.Add(new Field(number, wire, value, payload, 0));
        }
        return true;
    }

    private static byte[] Write(List<Field> fields, FuzzRandom random)
    {
        var message = new List<byte>();
        foreach (var field in fields)
        {
            WriteVarint(message, ((ulong)field.Number << 3) | (uint)field.Wire, 0);
            // Now and then with more bytes than it takes.
            if (field.Wire == 0) WriteVarint(message, field.Value, random.OneIn(20) ? random.Next(4) : 0);
            if (field.Wire == 2) WriteVarint(message, (ulong)Math.Max(0, field.Payload.Length + field.LengthError), 0);
            if (field.Wire != 0) message.AddRange(field.Payload);
        }
        return [.. message];
    }

    private static bool TryReadVarint(byte[] bytes, ref int at, out ulong value)
    {
        value = 0;
        for (var shift = 0; shift < 64 && at < bytes.Length; shift += 7)
        {
            var octet = bytes[at++];
            value |= (ulong)(octet & 0x7F) << shift;
            if (octet < 0x80) return true;
        }
        return false;
    }

    private static void WriteVarint(List<byte> message, ulong value, int padding)
    {
        for (; value >= 0x80; value >>= 7) message.Add((byte)(value | 0x80));
        if (padding == 0)
        {
            message.Add((byte)value);
            return;
        }
        message.Add((byte)(value | 0x80));
        for (var i = 1; i < padding; i++) message.Add(0x80);
        message.Add(0);
    }

    private sealed record Field(long Number, int Wire, ulong Value, byte[] Payload, int LengthError);
}
