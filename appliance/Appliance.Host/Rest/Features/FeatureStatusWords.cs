using System.Diagnostics;
using System.Text.Json;
using Appliance.Features.Reading;

namespace Appliance.Host.Rest.Features;

/// <summary>The words of <see cref="FeatureStatus"/> in JSON: those of Feast.</summary>
internal static class FeatureStatusWords
{
    private static readonly JsonEncodedText Invalid = JsonEncodedText.Encode("INVALID");
    private static readonly JsonEncodedText Present = JsonEncodedText.Encode("PRESENT");
    private static readonly JsonEncodedText NullValue = JsonEncodedText.Encode("NULL_VALUE");
    private static readonly JsonEncodedText NotFound = JsonEncodedText.Encode("NOT_FOUND");
    private static readonly JsonEncodedText OutsideMaxAge = JsonEncodedText.Encode("OUTSIDE_MAX_AGE");

    public static JsonEncodedText Word(this FeatureStatus status) => status switch
    {
        FeatureStatus.Invalid => Invalid,
        FeatureStatus.Present => Present,
        FeatureStatus.NullValue => NullValue,
        FeatureStatus.NotFound => NotFound,
        FeatureStatus.OutsideMaxAge => OutsideMaxAge,
        _ => throw new UnreachableException($"status {status}"),
    };
}
