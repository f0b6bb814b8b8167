// Hot path where callers send a key or force a version.
using System.Buffers.Text;
using Appliance.Inference;
using Appliance.Inference.Batching;

namespace Appliance.Scoring.Traffic;

/// <summary>What the headers of a request say of the version that is to answer it, the same for every transport. Pure but for the entry.</summary>
public static class RequestRouting
{
    /// <summary>The header, and the gRPC metadata, that forces a version.</summary>
    public const string VersionHeader = "x-model-version";

    /// <summary>Takes both headers, empty where there is none. Called once the rest of the request is known; a key of the header goes before any other.</summary>
    public static ScoreStatus Take(BatchEntry entry, ReadOnlySpan<byte> callerKey, ReadOnlySpan<byte> version)
    {
        if (!callerKey.IsEmpty)
        {
            if (callerKey.Length > CallerKey.MaxBytes) return RefuseKey(entry);
            CallerKey.Set(entry, callerKey);
        }
        return version.IsEmpty ? ScoreStatus.Ok : TakeVersion(entry, version);
    }

    /// <summary>The key is too long.</summary>
    public static ScoreStatus RefuseKey(BatchEntry entry) => entry.Fail(
        ScoreStatus.InvalidArgument, $"header {CallerKey.Header} is longer than the {CallerKey.MaxBytes} bytes that a caller's key may have", CallerKey.Header);

    private static ScoreStatus TakeVersion(BatchEntry entry, ReadOnlySpan<byte> text)
    {
        if (!Utf8Parser.TryParse(text, out long version, out var used) || used != text.Length || version < 1)
        {
            return entry.Fail(
                ScoreStatus.InvalidArgument, $"header {VersionHeader} is '{Parameters.ParameterValue.Shortened(text)}'; it must be a whole number above 0", VersionHeader);
        }
        if (entry.RequestedVersion != 0 && entry.RequestedVersion != version)
        {
            return entry.Fail(
                ScoreStatus.InvalidArgument, $"header {VersionHeader} is {version}, and the request itself asks for version {entry.RequestedVersion}; send one of them", VersionHeader);
        }
        entry.RequestedVersion = version;
        return ScoreStatus.Ok;
    }
}
