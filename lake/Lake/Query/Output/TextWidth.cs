using System.Text;

namespace Lake.Query.Output;

/// <summary>Cells that texts take on a terminal. Pure.</summary>
public static class TextWidth
{
    /// <summary>Cells of a text.</summary>
    public static int Of(string text)
    {
        var width = 0;
        foreach (var rune in text.EnumerateRunes()) width += Of(rune);
        return width;
    }

    /// <summary>Two cells for the wide characters of East Asia, as terminals have them, and one for others.</summary>
    public static int Of(Rune rune) => rune.Value switch
    {
        (>= 0x1100 and <= 0x115f) or (>= 0x2e80 and <= 0xa4cf) or (>= 0xac00 and <= 0xd7a3) or (>= 0xf900 and <= 0xfaff) or (>= 0xfe30 and <= 0xfe6f) => 2,
        (>= 0xff00 and <= 0xff60) or (>= 0xffe0 and <= 0xffe6) or (>= 0x1f300 and <= 0x1faff) or (>= 0x20000 and <= 0x3fffd) => 2,
        _ => 1,
    };
}
