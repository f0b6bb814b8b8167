using System.Globalization;

namespace EndToEnd.Tests.Features.Kills;

/// <summary>Damages the newest checkpoint of a store that no process has open, in one of the ways that a disk can.</summary>
internal static class CheckpointDamage
{
    private const string Prefix = "checkpoint.";

    /// <summary>Checkpoints by number, newest first.</summary>
    public static long[] Numbers(string store) =>
    [
        .. Directory.GetFiles(store, Prefix + "*").Select(f => Path.GetFileName(f)[Prefix.Length..])
            .Where(n => n.All(char.IsAsciiDigit)).Select(n => long.Parse(n, CultureInfo.InvariantCulture)).OrderDescending(),
    ];

    /// <summary>Does it; returns what was done, for the test's output.</summary>
    public static string Apply(string store, Random random)
    {
        var number = Numbers(store)[0];
        var path = Path.Combine(store, $"{Prefix}{number:D19}");
        var bytes = File.ReadAllBytes(path);
        switch (random.Next(3))
        {
            case 0:
                var length = random.Next(bytes.Length);
                File.WriteAllBytes(path, bytes[..length]);
                return $"checkpoint {number} cut from {bytes.Length} to {length} bytes";
            case 1:
                var at = random.Next(bytes.Length);
                bytes[at] ^= (byte)(1 << random.Next(8));
                File.WriteAllBytes(path, bytes);
                return $"checkpoint {number} with a flipped bit in byte {at} of {bytes.Length}";
            default:
                File.Delete(path);
                return $"checkpoint {number} removed";
        }
    }
}
