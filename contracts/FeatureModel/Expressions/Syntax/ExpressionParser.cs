namespace FeatureModel.Expressions.Syntax;

/// <summary>Makes a tree of a text, by precedence climbing. The first error ends it: what stands behind one is guesswork.</summary>
internal sealed class ExpressionParser
{
    private readonly string _text;
    private readonly List<Token> _tokens;
    private int _at;
    private int _nodes;
    private int _nesting;
    private ExpressionError? _error;

    private ExpressionParser(string text, List<Token> tokens)
    {
        _text = text;
        _tokens = tokens;
    }

    private Token Current => _tokens[_at];

    /// <summary>The tree, or null and why not.</summary>
    public static SyntaxNode? Parse(string text, out ExpressionError? error)
    {
        error = null;
        if (text.Length > ExpressionLimits.TextLength)
        {
            error = ExpressionError.At(text, ExpressionLimits.TextLength, text.Length,
                $"the text has {text.Length} characters; {ExpressionLimits.TextLength} are the most");
            return null;
        }
        var lexer = new Lexer(text);
        var parser = new ExpressionParser(text, lexer.Read());
        if (lexer.Error is null)
        {
            var tree = parser.ParseExpression(Precedence.Or);
            if (tree is not null && parser.Current.Kind == TokenKind.End) return tree;
            if (tree is not null) parser.FailAtCurrent("here an operator or the end is wanted");
        }
        error = lexer.Error ?? parser._error;
        return null;
    }

    private SyntaxNode? ParseExpression(int least)
    {
        if (_nesting == ExpressionLimits.Depth) return Fail(Current.Start, Current.Length, TooDeep);
        _nesting++;
        var left = ParsePrefix();
        while (left is not null)
        {
            if (IsIn(out var negated) && least <= Precedence.Comparison) left = ParseIn(left, negated);
            else if (Current.Kind == TokenKind.Symbol && Precedence.Of(Current.Text) is var own && own >= least && own > 0) left = ParseBinary(left, own);
            else break;
        }
        _nesting--;
        return left;
    }

    private SyntaxNode? ParseBinary(SyntaxNode left, int precedence)
    {
        var symbol = _tokens[_at++];
        if (ParseExpression(precedence + 1) is not { } right) return null;
        return precedence == Precedence.Comparison && IsComparison() ? FailChain() : Add(new BinarySyntax(symbol.Text, left, right));
    }

    private SyntaxNode? ParsePrefix()
    {
        var token = Current;
        if (token.Is("not"))
        {
            _at++;
            return ParseExpression(Precedence.Not) is { } operand ? Add(new UnarySyntax(token.Start, "not", operand)) : null;
        }
        if (!token.Is("-")) return ParseElements();
        _at++;
        // The least int64 has no positive twin, so a minus and its digits are read as one.
        if (Current is { Kind: TokenKind.Whole, Whole: 1UL << 63 } least)
        {
            _at++;
            return Add(new LiteralSyntax(token.Start, least.Start + least.Length - token.Start, long.MinValue));
        }
        return ParseExpression(Precedence.Minus) is { } negated ? Negate(token.Start, negated) : null;
    }

    private SyntaxNode? Negate(int start, SyntaxNode operand) => operand switch
    {
        LiteralSyntax { Value: long and >= 0 and var whole } => new LiteralSyntax(start, operand.End - start, -whole),
        LiteralSyntax { Value: double d } when !double.IsNegative(d) => new LiteralSyntax(start, operand.End - start, -d),
        _ => Add(new UnarySyntax(start, "-", operand)),
    };

    private SyntaxNode? ParseElements()
    {
        var node = ParsePrimary();
        while (node is not null && Current.Is("["))
        {
            _at++;
            if (ParseExpression(Precedence.Or) is not { } index) return null;
            var end = Current.Start + Current.Length;
            node = Expect("]", "the ] behind a list's index is missing") ? Add(new ElementSyntax(node, index, end)) : null;
        }
        return node;
    }

    private SyntaxNode? ParsePrimary()
    {
        var token = Current;
        if (token.Kind == TokenKind.Name) return ParseName();
        if (TryParseLiteral() is { } literal) return literal;
        if (!token.Is("(")) return _error is not null ? null : FailAtCurrent(WantedOperand(token));
        _at++;
        return ParseExpression(Precedence.Or) is { } inner && Expect(")", "the closing parenthesis is missing") ? inner : null;
    }

    private LiteralSyntax? TryParseLiteral()
    {
        var token = Current;
        object? value = null;
        switch (token.Kind)
        {
            case TokenKind.Whole when token.Whole > long.MaxValue:
                Fail(token.Start, token.Length, "this does not fit an int64; a double is written with a point, 10.0");
                return null;
            case TokenKind.Whole: value = (long)token.Whole; break;
            case TokenKind.Fraction: value = token.Fraction; break;
            case TokenKind.String: value = token.Text; break;
            case TokenKind.Symbol when token.Text is "true" or "false": value = token.Text == "true"; break;
            case TokenKind.Symbol when token.Text == "null": break;
            default: return null;
        }
        _at++;
        return (LiteralSyntax?)Add(new LiteralSyntax(token.Start, token.Length, value));
    }

    private SyntaxNode? ParseName()
    {
        var token = _tokens[_at++];
        if (Current.Is("(")) return ParseCall(token);
        if (!Current.Is(".")) return Add(new NameSyntax(token.Start, token.Length, null, token.Text));
        _at++;
        var name = Current;
        if (name.Kind != TokenKind.Name) return FailAtCurrent("behind view. the feature's name is wanted; a keyword as a name stands in backticks");
        _at++;
        return Add(new NameSyntax(token.Start, name.Start + name.Length - token.Start, token.Text, name.Text));
    }

    private SyntaxNode? ParseCall(Token name)
    {
        _at++;
        var arguments = new List<SyntaxNode>();
        while (!Current.Is(")") || arguments.Count > 0)
        {
            if (arguments.Count == ExpressionLimits.Arguments)
            {
                return FailAtCurrent($"a call has {ExpressionLimits.Arguments} arguments at most");
            }
            if (ParseExpression(Precedence.Or) is not { } argument) return null;
            arguments.Add(argument);
            if (Current.Is(")")) break;
            if (!Expect(",", "a comma or the closing parenthesis of the call is missing")) return null;
        }
        var end = Current.Start + Current.Length;
        _at++;
        return Add(new CallSyntax(name.Start, end, name.Text, arguments));
    }

    private bool IsIn(out bool negated)
    {
        negated = Current.Is("not") && _tokens[_at + 1].Is("in");
        return negated || Current.Is("in");
    }

    private bool IsComparison() => IsIn(out _) || (Current.Kind == TokenKind.Symbol && Precedence.Of(Current.Text) == Precedence.Comparison);

    private SyntaxNode? ParseIn(SyntaxNode operand, bool negated)
    {
        _at += negated ? 2 : 1;
        var close = Current.Is("(") ? ")" : Current.Is("[") ? "]" : null;
        if (close is null)
        {
            if (Current.Kind != TokenKind.Name) return FailAtCurrent("behind in stands a list of literals, ('a', 'b'), or an input that is a list");
            if (ParseName() is not { } list) return null;
            return IsComparison() ? FailChain() : Add(new InSyntax(operand, negated, null, list, list.End));
        }
        var literals = new List<LiteralSyntax>();
        do
        {
            _at++;
            if (ParseListLiteral() is not { } literal) return null;
            literals.Add(literal);
        }
        while (Current.Is(","));
        var end = Current.Start + Current.Length;
        if (!Expect(close, $"a comma or the {close} of the list is missing")) return null;
        return IsComparison() ? FailChain() : Add(new InSyntax(operand, negated, literals, null, end));
    }

    private LiteralSyntax? ParseListLiteral()
    {
        var token = Current;
        var node = token.Is("-") && _tokens[_at + 1].Kind is TokenKind.Whole or TokenKind.Fraction ? ParsePrefix() : TryParseLiteral();
        if (node is LiteralSyntax { Value: not null } literal) return literal;
        if (_error is null) Fail(token.Start, token.Length, "a list behind in holds numbers, strings, true and false; null is asked for by is_null(x)");
        return null;
    }

    private SyntaxNode? Add(SyntaxNode node)
    {
        if (node.Depth > ExpressionLimits.Depth) return Fail(node.Start, node.Length, TooDeep);
        if (++_nodes > ExpressionLimits.Nodes) return Fail(node.Start, node.Length, $"an expression has {ExpressionLimits.Nodes} parts at most");
        return node;
    }

    private bool Expect(string symbol, string rule)
    {
        if (!Current.Is(symbol))
        {
            FailAtCurrent(rule);
            return false;
        }
        _at++;
        return true;
    }

    private static string TooDeep => $"an expression nests {ExpressionLimits.Depth} levels at most; a long chain is split by parentheses";

    private static string WantedOperand(Token token) => token.Kind switch
    {
        TokenKind.End => "something is missing here: a value, a name or a call",
        _ when token.Is("[") => "a list of literals stands only behind in",
        _ => "here a value, a name or a call is wanted; a keyword as a name stands in backticks",
    };

    private SyntaxNode? FailChain() => FailAtCurrent("comparisons do not chain; write a < b and b < c");

    private SyntaxNode? FailAtCurrent(string rule)
    {
        var token = Current;
        var word = token.Kind == TokenKind.Name ? token.Text.ToLowerInvariant() : "";
        if (Keywords.Contains(word)) rule = $"keywords are written in lower case: {word}";
        else if (word == "is") rule = "write is_null(x) or not is_null(x)";
        return Fail(token.Start, token.Length, rule);
    }

    private SyntaxNode? Fail(int start, int length, string rule)
    {
        _error ??= ExpressionError.At(_text, start, length, rule);
        return null;
    }
}
