// Hot path where callers send a key.
using System.IO.Hashing;
using System.Text;
using Appliance.Inference.Batching;

namespace Appliance.Scoring.Traffic;

/// <summary>
/// What callers are told apart by, so that each stays with one version. The same text is the same caller, whichever way it comes. Decision 0012 says
/// what must not change here. Pure.
/// </summary>
public static class CallerKey
{
    /// <summary>The header, and the gRPC metadata, that carries it.</summary>
    public const string Header = "x-caller-key";

    /// <summary>The parameter of an inference request that carries it.</summary>
    public const string Parameter = "caller_key";

    /// <summary>Bytes of a key at most, in UTF-8. 256: an account, a session or a device id several times over.</summary>
    public const int MaxBytes = 256;

    /// <summary>XXH64 of the key as UTF-8.</summary>
    public static ulong Hash(ReadOnlySpan<byte> utf8) => XxHash64.HashToUInt64(utf8);

    /// <summary>Gives a request its caller's key; an empty one is none.</summary>
    public static void Set(BatchEntry entry, ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty) return;
        entry.Caller = Hash(utf8);
        entry.HasCaller = true;
    }

    /// <summary>The same of a text; false, and nothing set, where it is too long.</summary>
    public static bool TrySet(BatchEntry entry, string key)
    {
        Span<byte> utf8 = stackalloc byte[MaxBytes];
        if (!Encoding.UTF8.TryGetBytes(key, utf8, out var length)) return false;
        Set(entry, utf8[..length]);
        return true;
    }

    /// <summary>The bucket of a caller for a model: different models cut their callers differently.</summary>
    public static int BucketOf(ulong caller, ulong salt) => (int)Math.BigMul(Mixed(caller ^ salt), (ulong)BucketMap.Buckets, out _);

    /// <summary>Every bit of the result depends on every bit of what goes in (the finalizer of MurmurHash3).</summary>
    public static ulong Mixed(ulong bits)
    {
        bits = (bits ^ (bits >> 33)) * 0xFF51AFD7ED558CCD;
        bits = (bits ^ (bits >> 33)) * 0xC4CEB9FE1A85EC53;
        return bits ^ (bits >> 33);
    }
}
