using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Appliance.Host.Security.Audit;

/// <summary>The last line of an audit log: its number and its SHA-256. Whoever keeps one elsewhere can tell whether the log was cut behind it or written anew.</summary>
internal readonly record struct AuditHead(long Number, string Hash)
{
    private const int HashDigits = 64;

    /// <summary>Of a log without a line.</summary>
    public static AuditHead Empty { get; } = new(0, new string('0', HashDigits));

    /// <summary>Number and hash with a colon between.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number}:{Hash}");

    public static bool TryParse(string text, out AuditHead head)
    {
        head = Empty;
        var at = text.IndexOf(':');
        if (at < 0 || !long.TryParse(text.AsSpan(0, at), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return false;
        var hash = text[(at + 1)..].Trim();
        if (hash.Length != HashDigits || !hash.All(char.IsAsciiHexDigitLower)) return false;
        head = new AuditHead(number, hash);
        return true;
    }
}
