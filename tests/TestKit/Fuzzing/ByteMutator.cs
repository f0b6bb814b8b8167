namespace TestKit.Fuzzing;

/// <summary>Damages bytes without knowing what they are: changed, inserted, removed, copied, cut off, and numbers at their limits.</summary>
public sealed class ByteMutator : IMutator
{
    private static readonly byte[] Odd = [0, 1, 0x7F, 0x80, 0xFF, 0x20, (byte)'"', (byte)'\\', (byte)'{', (byte)'}', (byte)'[', (byte)']', 0xC0, 0xED, 0xF4];

    public byte[] Mutate(byte[] seed, FuzzRandom random)
    {
        var bytes = new List<byte>(seed);
        for (var i = 1 + random.Next(4); i > 0; i--) Change(bytes, random);
        return [.. bytes];
    }

    private static void Change(List<byte> bytes, FuzzRandom random)
    {
        var at = random.Next(bytes.Count + 1);
        var rest = bytes.Count - at;
        switch (random.Next(9))
        {
            case 0 when rest > 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when rest > 0:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2 when rest > 0:
                bytes[at] = random.Of(Odd);
                break;
            case 3:
                bytes.Insert(at, random.Of(Odd));
                break;
            case 4:
                bytes.RemoveRange(at, Math.Min(rest, 1 + random.Next(8)));
                break;
            case 5:
                bytes.InsertRange(at, bytes.GetRange(at, Math.Min(rest, 1 + random.Next(32))));
                break;
            case 6 when rest >= 4:
                for (var i = 0; i < 4; i++) bytes[at + i] = random.OneIn(2) ? (byte)0xFF : (byte)0;
                break;
            case 7 when random.OneIn(4):
                bytes.RemoveRange(at, rest);
                break;
            case 8:
                bytes.InsertRange(at, Enumerable.Repeat(random.Of(Odd), 1 + random.Next(70)));
                break;
        }
    }
}
