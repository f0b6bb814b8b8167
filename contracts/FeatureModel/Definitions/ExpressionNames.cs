namespace FeatureModel.Definitions;

/// <summary>
/// The words of an expression that could be names of inputs: letters, digits and underscores, wherever they stand. Words in quotes and functions
/// are among them: taking one too many for a use makes a change look as if it reached further than it does, missing one would break a model.
/// </summary>
public static class ExpressionNames
{
    public static HashSet<string> Of(string? expression)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var text = expression.AsSpan();
        for (var at = 0; at < text.Length;)
        {
            var end = at;
            while (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] == '_')) end++;
            if (end > at) names.Add(text[at..end].ToString());
            at = end + 1;
        }
        return names;
    }
}
