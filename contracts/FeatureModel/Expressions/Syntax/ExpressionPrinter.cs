using System.Globalization;
using System.Text;

namespace FeatureModel.Expressions.Syntax;

/// <summary>
/// Writes a tree in its normal form: one space around operators and behind commas, no parenthesis that could be left out, names in backticks only
/// where they must be. What is printed parses to the same tree.
/// </summary>
internal sealed class ExpressionPrinter
{
    private readonly StringBuilder _text = new();

    public static string Print(SyntaxNode tree)
    {
        var printer = new ExpressionPrinter();
        printer.Write(tree);
        return printer._text.ToString();
    }

    private void Write(SyntaxNode node)
    {
        switch (node)
        {
            case LiteralSyntax literal: WriteLiteral(literal.Value); break;
            case NameSyntax name:
                if (name.View is not null) _text.Append(Name(name.View)).Append('.');
                _text.Append(Name(name.Name));
                break;
            case UnarySyntax unary:
                _text.Append(unary.Symbol == "not" ? "not " : "-");
                Write(unary.Operand, Precedence.Of(unary));
                break;
            case BinarySyntax binary: WriteBinary(binary); break;
            case InSyntax membership: WriteIn(membership); break;
            case CallSyntax call:
                _text.Append(Name(call.Name)).Append('(');
                WriteAll(call.Arguments);
                _text.Append(')');
                break;
            case ElementSyntax element:
                Write(element.List, Precedence.Element);
                _text.Append('[');
                Write(element.Index);
                _text.Append(']');
                break;
        }
    }

    private void WriteBinary(BinarySyntax binary)
    {
        var own = Precedence.Of(binary);
        // Comparisons do not chain, so neither side may be one without parentheses.
        Write(binary.Left, own == Precedence.Comparison ? own + 1 : own);
        _text.Append(' ').Append(binary.Symbol).Append(' ');
        Write(binary.Right, own + 1);
    }

    private void WriteIn(InSyntax membership)
    {
        Write(membership.Operand, Precedence.Sum);
        _text.Append(membership.Negated ? " not in " : " in ");
        if (membership.List is not null)
        {
            Write(membership.List, Precedence.Sum);
            return;
        }
        _text.Append('(');
        WriteAll(membership.Literals!);
        _text.Append(')');
    }

    private void WriteAll(IReadOnlyList<SyntaxNode> nodes)
    {
        for (var i = 0; i < nodes.Count; i++)
        {
            if (i > 0) _text.Append(", ");
            Write(nodes[i]);
        }
    }

    private void Write(SyntaxNode node, int least)
    {
        var bare = Precedence.Of(node) >= least;
        if (!bare) _text.Append('(');
        Write(node);
        if (!bare) _text.Append(')');
    }

    private void WriteLiteral(object? value)
    {
        switch (value)
        {
            case null: _text.Append("null"); break;
            case bool truth: _text.Append(truth ? "true" : "false"); break;
            case long whole: _text.Append(CultureInfo.InvariantCulture, $"{whole}"); break;
            case double number: _text.Append(Number(number)); break;
            case string text: WriteString(text); break;
        }
    }

    private static string Number(double number)
    {
        var digits = number.ToString("R", CultureInfo.InvariantCulture).Replace("E+", "e", StringComparison.Ordinal).Replace('E', 'e');
        return digits.AsSpan().ContainsAny('.', 'e') ? digits : digits + ".0";
    }

    private void WriteString(string text)
    {
        _text.Append('\'');
        foreach (var c in text)
        {
            if (c is '\'' or '\\') _text.Append('\\').Append(c);
            else if (char.IsControl(c)) _text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else _text.Append(c);
        }
        _text.Append('\'');
    }

    private static string Name(string name) => Keywords.IsPlainName(name) ? name : $"`{name}`";
}
