namespace Appliance.Features.Tests.Store;

/// <summary>Damages the newest file whose name begins so.</summary>
internal static class Damage
{
    public static void Newest(string folder, string prefix, string how)
    {
        var path = Directory.GetFiles(folder, prefix + "*").OrderBy(Order).Last();
        var bytes = File.ReadAllBytes(path);
        switch (how)
        {
            case "missing":
                File.Delete(path);
                break;
            case "truncated":
                File.WriteAllBytes(path, bytes[..(bytes.Length / 4)]);
                break;
            case "flipped":
                bytes[bytes.Length / 4] ^= 4;
                File.WriteAllBytes(path, bytes);
                break;
            default:
                throw new ArgumentException($"damage is '{how}'; it must be missing, truncated or flipped.");
        }
    }

    private static (int, string) Order(string path)
    {
        var name = Path.GetFileName(path);
        return (name.Length, name);
    }
}
