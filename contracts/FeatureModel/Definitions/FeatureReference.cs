namespace FeatureModel.Definitions;

/// <summary>A feature by its view and its name, written <c>view:feature</c>.</summary>
public readonly record struct FeatureReference(string View, string Feature)
{
    public override string ToString() => $"{View}:{Feature}";

    /// <summary>False unless the text is two names around one colon.</summary>
    public static bool TryParse(string text, out FeatureReference reference)
    {
        var at = text.IndexOf(':', StringComparison.Ordinal);
        reference = at > 0 && at < text.Length - 1 && text.IndexOf(':', at + 1) < 0 ? new(text[..at], text[(at + 1)..]) : default;
        return reference.View is not null;
    }
}
