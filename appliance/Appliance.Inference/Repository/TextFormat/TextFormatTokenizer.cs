using System.Buffers;
using System.Text;

namespace Appliance.Inference.Repository.TextFormat;

/// <summary>
/// Cuts a protobuf text into tokens, one ahead of the reader. Works on bytes: a comment may hold any, and a bytes field takes them as they
/// are. Not thread-safe.
/// </summary>
internal sealed class TextFormatTokenizer
{
    private static readonly SearchValues<byte> SymbolBytes = SearchValues.Create("{}<>[]:,;-./"u8);

    private readonly ReadOnlyMemory<byte> _text;
    private int _offset;
    private int _line = 1;
    private int _column = 1;

    public TextFormatTokenizer(ReadOnlyMemory<byte> text)
    {
        _text = text;
        if (text.Span.StartsWith("\uFEFF"u8))
        {
            _offset = 3;
        }
        Current = Next("");
    }

    public Token Current { get; private set; }

    public ReadOnlySpan<byte> Bytes(in Token token) => _text.Span.Slice(token.Start, token.Length);

    public string Text(in Token token) => Encoding.UTF8.GetString(Bytes(token));

    /// <summary>Moves on. <paramref name="fieldPath"/> is what an error in the next token names.</summary>
    public void Advance(string fieldPath) => Current = Next(fieldPath);

    /// <summary>The token as an error calls it.</summary>
    public string Describe(in Token token) => token.Kind == TokenKind.End ? "the end of the text" : DisplayValue.Quote(Text(token));

    private int Peek(int ahead = 0) => _offset + ahead < _text.Length ? _text.Span[_offset + ahead] : -1;

    private FieldPosition Here => new(_line, _column);

    private Token Next(string fieldPath)
    {
        SkipBlanks();
        var (start, position, first) = (_offset, Here, Peek());
        if (first < 0)
        {
            return new(TokenKind.End, start, 0, position);
        }
        if (IsLetter(first))
        {
            TakeWhile(static c => IsLetter(c) || IsDigit(c));
            return new(TokenKind.Identifier, start, _offset - start, position);
        }
        if (IsDigit(first) || (first == '.' && IsDigit(Peek(1))))
        {
            var kind = TakeNumber(position, fieldPath);
            return new(kind, start, _offset - start, position);
        }
        if (first is '"' or '\'')
        {
            TakeString(first, position, fieldPath);
            return new(TokenKind.Text, start, _offset - start, position);
        }
        if (SymbolBytes.Contains((byte)first))
        {
            Take();
            return new(TokenKind.Symbol, start, 1, position, (byte)first);
        }
        throw new TextFormatException(position, fieldPath,
            $"the byte 0x{first:x2} stands outside a string; only names, numbers, strings and {{ }} < > [ ] : , ; - may");
    }

    private void SkipBlanks()
    {
        while (true)
        {
            var c = Peek();
            if (c == '#')
            {
                TakeWhile(static b => b is not ('\n' or 0));
            }
            else if (c is ' ' or (>= '\t' and <= '\r'))
            {
                Take();
            }
            else
            {
                return;
            }
        }
    }

    private TokenKind TakeNumber(FieldPosition position, string fieldPath)
    {
        var kind = TokenKind.Integer;
        if (Peek() == '0' && Peek(1) is 'x' or 'X')
        {
            Take(2);
            if (TakeWhile(static c => char.IsAsciiHexDigit((char)c)) == 0)
            {
                throw new TextFormatException(position, fieldPath, "0x needs at least one hexadecimal digit behind it");
            }
        }
        else if (Peek() == '0' && IsDigit(Peek(1)))
        {
            TakeWhile(static c => c is >= '0' and <= '7');
            if (IsDigit(Peek()))
            {
                throw new TextFormatException(position, fieldPath, "a number that starts with 0 is octal; its digits are 0 to 7");
            }
        }
        else
        {
            kind = TakeDecimal(position, fieldPath);
        }
        if (Peek() == '.' || IsLetter(Peek()) || IsDigit(Peek()))
        {
            throw new TextFormatException(position, fieldPath,
                $"a number cannot have {DisplayValue.Quote(((char)Peek()).ToString())} directly behind it");
        }
        return kind;
    }

    private TokenKind TakeDecimal(FieldPosition position, string fieldPath)
    {
        var kind = TokenKind.Integer;
        TakeWhile(IsDigit);
        if (Peek() == '.')
        {
            Take();
            TakeWhile(IsDigit);
            kind = TokenKind.Float;
        }
        if (Peek() is 'e' or 'E')
        {
            Take(Peek(1) is '+' or '-' ? 2 : 1);
            if (TakeWhile(IsDigit) == 0)
            {
                throw new TextFormatException(position, fieldPath, "an exponent needs at least one digit");
            }
            kind = TokenKind.Float;
        }
        if (Peek() is 'f' or 'F')
        {
            Take();
            kind = TokenKind.Float;
        }
        return kind;
    }

    private void TakeString(int quote, FieldPosition position, string fieldPath)
    {
        Take();
        while (Peek() != quote)
        {
            if (Peek() == '\\')
            {
                Take();
            }
            if (Peek() is < 0 or '\n' or 0)
            {
                throw new TextFormatException(position, fieldPath, $"the string is not closed by {(char)quote} on its line");
            }
            Take();
        }
        Take();
    }

    private int TakeWhile(Func<int, bool> accept)
    {
        var start = _offset;
        while (Peek() is >= 0 and var c && accept(c))
        {
            Take();
        }
        return _offset - start;
    }

    private void Take(int count = 1)
    {
        for (; count > 0; count--)
        {
            var c = _text.Span[_offset++];
            if (c == '\n')
            {
                (_line, _column) = (_line + 1, 1);
            }
            else if ((c & 0xC0) != 0x80)
            {
                // A UTF-8 continuation byte belongs to the character before it.
                _column++;
            }
        }
    }

    private static bool IsLetter(int c) => c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or '_';

    private static bool IsDigit(int c) => c is >= '0' and <= '9';
}
