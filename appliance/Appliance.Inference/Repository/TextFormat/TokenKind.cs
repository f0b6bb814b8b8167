namespace Appliance.Inference.Repository.TextFormat;

/// <summary>What a token of a protobuf text is.</summary>
internal enum TokenKind
{
    /// <summary>The end of the text.</summary>
    End,
    Identifier,

    /// <summary>
    /// A whole number: decimal, octal with a leading 0, or hexadecimal with a leading 0x. The sign is a token of its own.
    /// </summary>
    Integer,

    /// <summary>A decimal number with a point, an exponent or the suffix f.</summary>
    Float,

    /// <summary>One quoted string, quotes included; its escapes are not yet read.</summary>
    Text,

    /// <summary>One of the characters <c>{ } &lt; &gt; [ ] : , ; - . /</c>.</summary>
    Symbol,
}
