namespace FeatureModel.Expressions.Syntax;

/// <summary>A part of a parsed expression. Immutable.</summary>
/// <param name="start">Its first character.</param>
/// <param name="length">Its characters.</param>
/// <param name="depth">Levels of parts below it, itself included.</param>
internal abstract class SyntaxNode(int start, int length, int depth)
{
    public int Start { get; } = start;
    public int Length { get; } = length;
    public int End => Start + Length;
    public int Depth { get; } = depth;
}

/// <summary>A number, a string, true, false or null.</summary>
/// <param name="value">long, double, string, bool or null.</param>
internal sealed class LiteralSyntax(int start, int length, object? value) : SyntaxNode(start, length, 1)
{
    public object? Value { get; } = value;
}

/// <summary>An input's name.</summary>
internal sealed class NameSyntax(int start, int length, string? view, string name) : SyntaxNode(start, length, 1)
{
    public string? View { get; } = view;
    public string Name { get; } = name;
}

/// <summary>- or not.</summary>
internal sealed class UnarySyntax(int start, string symbol, SyntaxNode operand) : SyntaxNode(start, operand.End - start, operand.Depth + 1)
{
    public string Symbol { get; } = symbol;
    public SyntaxNode Operand { get; } = operand;
}

/// <summary>Two operands and what stands between them.</summary>
internal sealed class BinarySyntax(string symbol, SyntaxNode left, SyntaxNode right)
    : SyntaxNode(left.Start, right.End - left.Start, Math.Max(left.Depth, right.Depth) + 1)
{
    public string Symbol { get; } = symbol;
    public SyntaxNode Left { get; } = left;
    public SyntaxNode Right { get; } = right;
}

/// <summary>in or not in, with a list of literals or with an input that is a list.</summary>
internal sealed class InSyntax(SyntaxNode operand, bool negated, IReadOnlyList<LiteralSyntax>? literals, SyntaxNode? list, int end)
    : SyntaxNode(operand.Start, end - operand.Start, Math.Max(operand.Depth, list?.Depth ?? 1) + 1)
{
    public SyntaxNode Operand { get; } = operand;
    public bool Negated { get; } = negated;

    /// <summary>Null where <see cref="List"/> is not.</summary>
    public IReadOnlyList<LiteralSyntax>? Literals { get; } = literals;
    public SyntaxNode? List { get; } = list;
}

/// <summary>A function's name and its arguments.</summary>
internal sealed class CallSyntax(int start, int end, string name, IReadOnlyList<SyntaxNode> arguments)
    : SyntaxNode(start, end - start, arguments.Select(a => a.Depth).DefaultIfEmpty().Max() + 1)
{
    public string Name { get; } = name;
    public IReadOnlyList<SyntaxNode> Arguments { get; } = arguments;
}

/// <summary>An element of a list.</summary>
internal sealed class ElementSyntax(SyntaxNode list, SyntaxNode index, int end)
    : SyntaxNode(list.Start, end - list.Start, Math.Max(list.Depth, index.Depth) + 1)
{
    public SyntaxNode List { get; } = list;
    public SyntaxNode Index { get; } = index;
}
