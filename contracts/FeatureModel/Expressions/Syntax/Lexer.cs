using System.Globalization;
using System.Text;

namespace FeatureModel.Expressions.Syntax;

/// <summary>Splits a text into tokens, once from left to right. The first error ends it.</summary>
internal sealed class Lexer(string text)
{
    /// <summary>What users of other languages write, and what to write here.</summary>
    private static readonly (string Foreign, string Rule)[] Foreign =
    [
        ("&&", "write and"), ("||", "write or"), ("<>", "write !="), ("**", "write pow(x, y)"), ("^", "write pow(x, y)"),
        ("=", "write == to compare"), ("!", "write not"), ("?", "write if(condition, a, b)"), ("//", "write floor(a / b)"),
        ("\"", "a string stands in single quotes, a name of other than letters, digits and _ in backticks"),
        ("\u2018", "a string stands in straight single quotes"), ("\u2019", "a string stands in straight single quotes"),
    ];

    // Longer ones first, so that <= is not read as < and =.
    private static readonly string[] Symbols = ["==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%", "(", ")", "[", "]", ",", "."];

    private readonly List<Token> _tokens = [];
    private int _at;

    public ExpressionError? Error { get; private set; }

    /// <summary>The tokens with an End behind them; without meaning when there is an <see cref="Error"/>.</summary>
    public List<Token> Read()
    {
        while (Error is null)
        {
            while (_at < text.Length && text[_at] is ' ' or '\t' or '\n' or '\r') _at++;
            if (_at >= text.Length) break;
            ReadToken();
        }
        _tokens.Add(new Token(TokenKind.End, text.Length, 0));
        return _tokens;
    }

    private void ReadToken()
    {
        var c = text[_at];
        if (char.IsAsciiDigit(c)) ReadNumber();
        else if (c == '\'') ReadString();
        else if (c == '`') ReadQuotedName();
        else if (Keywords.IsNameStart(c)) ReadName();
        else ReadSymbol();
    }

    private void ReadName()
    {
        var start = _at;
        while (_at < text.Length && Keywords.IsNamePart(text[_at])) _at++;
        var name = text[start.._at];
        _tokens.Add(new Token(Keywords.Contains(name) ? TokenKind.Symbol : TokenKind.Name, start, _at - start, name));
    }

    private void ReadQuotedName()
    {
        var start = _at;
        var end = text.IndexOf('`', start + 1);
        if (end < 0)
        {
            Fail(start, text.Length - start, "the name's closing backtick is missing");
            return;
        }
        _at = end + 1;
        if (end == start + 1) Fail(start, 2, "a name is not empty");
        else _tokens.Add(new Token(TokenKind.Name, start, _at - start, text[(start + 1)..end]));
    }

    private void ReadSymbol()
    {
        // Pairs such as <> first: their first half is a symbol of its own.
        if (FailIfForeign(length: 2)) return;
        var rest = text.AsSpan(_at);
        foreach (var symbol in Symbols)
        {
            if (!rest.StartsWith(symbol, StringComparison.Ordinal)) continue;
            _tokens.Add(new Token(TokenKind.Symbol, _at, symbol.Length, symbol));
            _at += symbol.Length;
            return;
        }
        if (FailIfForeign(length: 1)) return;
        Fail(_at, char.IsHighSurrogate(rest[0]) && rest.Length > 1 ? 2 : 1,
            "this character has no meaning here; a name of other than letters, digits and _ stands in backticks");
    }

    private bool FailIfForeign(int length)
    {
        foreach (var (foreign, rule) in Foreign)
        {
            if (foreign.Length != length || !text.AsSpan(_at).StartsWith(foreign, StringComparison.Ordinal)) continue;
            Fail(_at, length, rule);
            return true;
        }
        return false;
    }

    private void ReadNumber()
    {
        var start = _at;
        SkipDigits();
        var whole = true;
        if (_at + 1 < text.Length && text[_at] == '.' && char.IsAsciiDigit(text[_at + 1]))
        {
            whole = false;
            _at++;
            SkipDigits();
        }
        if (_at < text.Length && text[_at] is 'e' or 'E')
        {
            whole = false;
            _at++;
            if (_at < text.Length && text[_at] is '+' or '-') _at++;
            SkipDigits();
        }
        if (_at < text.Length && (Keywords.IsNamePart(text[_at]) || text[_at] == '.'))
        {
            while (_at < text.Length && (Keywords.IsNamePart(text[_at]) || text[_at] == '.')) _at++;
            Fail(start, _at - start, "a number is written 10, 2.5 or 1e-3, and a name that begins with a digit stands in backticks");
            return;
        }
        AddNumber(start, whole);
    }

    private void AddNumber(int start, bool whole)
    {
        var digits = text.AsSpan(start, _at - start);
        if (whole && ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= 1UL << 63)
        {
            _tokens.Add(new Token(TokenKind.Whole, start, _at - start, Whole: number));
        }
        else if (whole)
        {
            Fail(start, _at - start, "this does not fit an int64; a double is written with a point, 10.0");
        }
        else if (double.TryParse(digits, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var fraction)
            && double.IsFinite(fraction))
        {
            _tokens.Add(new Token(TokenKind.Fraction, start, _at - start, Fraction: fraction));
        }
        else
        {
            Fail(start, _at - start, "this is not a number that a double holds: digits behind the e, and at most 1.7976931348623157e308");
        }
    }

    private void SkipDigits()
    {
        while (_at < text.Length && char.IsAsciiDigit(text[_at])) _at++;
    }

    private void ReadString()
    {
        var start = _at++;
        var content = new StringBuilder();
        while (_at < text.Length && Error is null)
        {
            var c = text[_at++];
            if (c == '\\') ReadEscape(content);
            else if (c != '\'') content.Append(c);
            else if (_at < text.Length && text[_at] == '\'') content.Append(text[_at++]);
            else
            {
                AddString(start, content.ToString());
                return;
            }
        }
        if (Error is null) Fail(start, text.Length - start, "the string's closing quote is missing");
    }

    private void AddString(int start, string content)
    {
        if (IsWellFormed(content)) _tokens.Add(new Token(TokenKind.String, start, _at - start, content));
        else Fail(start, _at - start, "half a surrogate pair is no character");
    }

    private void ReadEscape(StringBuilder content)
    {
        var start = _at - 1;
        var c = _at < text.Length ? text[_at++] : '\0';
        if (c == 'u' && _at + 4 <= text.Length
            && ushort.TryParse(text.AsSpan(_at, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
        {
            content.Append((char)code);
            _at += 4;
            return;
        }
        var plain = c switch { '\'' => '\'', '\\' => '\\', 'n' => '\n', 'r' => '\r', 't' => '\t', _ => '\0' };
        if (plain == '\0') Fail(start, 2, @"a string's escapes are \' \\ \n \r \t and \u with four hexadecimal digits");
        else content.Append(plain);
    }

    private static bool IsWellFormed(string content)
    {
        for (var i = 0; i < content.Length; i++)
        {
            if (!char.IsSurrogate(content[i])) continue;
            if (i + 1 == content.Length || !char.IsSurrogatePair(content[i], content[i + 1])) return false;
            i++;
        }
        return true;
    }

    private void Fail(int start, int length, string rule) => Error = ExpressionError.At(text, start, length, rule);
}
