using System.Collections;
using System.Globalization;
using System.Text;

namespace Appliance.Inference.Repository;

/// <summary>Writes a value from a file into an error so that it stays one short line, whatever the file holds.</summary>
internal static class DisplayValue
{
    /// <summary>Characters of a value that an error repeats; enough to find it again in the file.</summary>
    private const int MaxLength = 120;

    public static string Of(object? value) => value switch
    {
        null => "absent",
        string text => Quote(text),
        bool flag => flag ? "true" : "false",
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        float number => number.ToString("R", CultureInfo.InvariantCulture),
        IEnumerable items => Cut("[" + string.Join(", ", items.Cast<object?>().Take(MaxLength).Select(Of)) + "]"),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => Cut(value.ToString() ?? ""),
    };

    public static string Quote(string text) => "'" + Cut(text) + "'";

    private static string Cut(string text)
    {
        var cut = text.Length > MaxLength ? text[..MaxLength] : text;
        var clean = new StringBuilder(cut.Length + 3);
        foreach (var c in cut)
        {
            if (char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029' or '\ufffd')
            {
                clean.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            }
            else
            {
                clean.Append(c);
            }
        }
        return text.Length > MaxLength ? clean.Append("...").ToString() : clean.ToString();
    }
}
