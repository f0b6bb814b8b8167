using Appliance.Http2.Tests.Conformance.Wire;
using TestKit.Fuzzing;

namespace Appliance.Http2.Tests.Fuzzing;

/// <summary>Changes what a peer sends frame by frame: removed, doubled, put elsewhere, with another type, flags, stream, length or payload.</summary>
internal sealed class FrameMutator : IMutator
{
    private static readonly ByteMutator Bytes = new();

    public byte[] Mutate(byte[] seed, FuzzRandom random)
    {
        var preface = RawFrames.Preface.Length;
        var frames = Frames(seed[preface..]);
        for (var i = 1 + random.Next(4); i > 0 && frames.Count > 0; i--) Change(frames, random);
        var start = random.OneIn(50) ? Bytes.Mutate(seed[..preface], random) : seed[..preface];
        byte[] input = [.. start, .. frames.SelectMany(f => f)];
        return random.OneIn(10) ? [.. start, .. Bytes.Mutate(input[start.Length..], random)] : input;
    }

    private static void Change(List<byte[]> frames, FuzzRandom random)
    {
        var at = random.Next(frames.Count);
        var frame = (byte[])frames[at].Clone();
        switch (random.Next(10))
        {
            case 0: frames.RemoveAt(at); return;
            case 1: frames.Insert(random.Next(frames.Count + 1), frame); return;
            case 2: (frames[at], frames[random.Next(frames.Count)]) = (frames[random.Next(frames.Count)], frame); return;
            case 3: frame[3] = (byte)random.Next(12); break;
            case 4: frame[4] ^= (byte)(1 << random.Next(8)); break;
            case 5: frame[8] = (byte)random.Next(16); break;
            case 6: frame[5] ^= 0x80; break;
            case 7: frame[2] = (byte)random.Next(256); break;
            case 8: frame = Again(frame, Bytes.Mutate(frame[RawFrames.HeaderLength..], random)); break;
            case 9: frame = Again(frame, new byte[random.Next(20)]); break;
        }
        frames[at] = frame;
    }

    private static byte[] Again(byte[] frame, byte[] payload)
    {
        byte[] changed = [.. frame[..RawFrames.HeaderLength], .. payload];
        (changed[0], changed[1], changed[2]) = ((byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length);
        return changed;
    }

    private static List<byte[]> Frames(byte[] bytes)
    {
        var frames = new List<byte[]>();
        for (var at = 0; at + RawFrames.HeaderLength <= bytes.Length;)
        {
            var length = Math.Min(RawFrames.HeaderLength + (bytes[at] << 16 | bytes[at + 1] << 8 | bytes[at + 2]), bytes.Length - at);
            frames.Add(bytes[at..(at + length)]);
            at += length;
        }
        return frames;
    }
}
