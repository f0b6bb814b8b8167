using System.Diagnostics.CodeAnalysis;
using FeatureModel.Expressions.Binding;
using FeatureModel.Expressions.Syntax;
using FeatureModel.Values;

namespace FeatureModel.Expressions;

/// <summary>Makes expressions of texts. The language is in docs/features/expressions.md. Thread-safe.</summary>
public static class ExpressionCompiler
{
    /// <summary>Compiles an expression whose result keeps its own type.</summary>
    public static bool TryCompile(
        string text, ExpressionScope scope, [NotNullWhen(true)] out CompiledExpression? expression, out IReadOnlyList<ExpressionError> errors) =>
        TryCompile(text, scope, declared: null, out expression, out errors);

    /// <summary>
    /// Compiles an expression for a feature of a declared type: an int64 is taken for a double, a double is rounded to a float, and an int64
    /// that an int32 does not hold becomes null.
    /// </summary>
    public static bool TryCompileAs(
        string text, ExpressionScope scope, FeatureDataType declared, [NotNullWhen(true)] out CompiledExpression? expression,
        out IReadOnlyList<ExpressionError> errors) =>
        TryCompile(text, scope, declared, out expression, out errors);

    /// <summary>Compiles a condition, which <see cref="CompiledExpression.IsTrue"/> then asks.</summary>
    public static bool TryCompileFilter(
        string text, ExpressionScope scope, [NotNullWhen(true)] out CompiledExpression? filter, out IReadOnlyList<ExpressionError> errors) =>
        TryCompile(text, scope, FeatureDataType.Bool, out filter, out errors);

    /// <summary>The normal form of a text that need not fit any scope: equal for texts that differ in spacing and spelling only.</summary>
    public static bool TryNormalise(string text, [NotNullWhen(true)] out string? normal, [NotNullWhen(false)] out ExpressionError? error)
    {
        var tree = ExpressionParser.Parse(text, out error);
        normal = tree is null ? null : ExpressionPrinter.Print(tree);
        return tree is not null;
    }

    private static bool TryCompile(
        string text, ExpressionScope scope, FeatureDataType? declared, [NotNullWhen(true)] out CompiledExpression? expression,
        out IReadOnlyList<ExpressionError> errors)
    {
        expression = null;
        errors = [];
        var tree = ExpressionParser.Parse(text, out var error);
        if (tree is null)
        {
            errors = [error!];
            return false;
        }
        var binder = new Binder(text, scope);
        if (binder.Bind(tree) is { } root && Results.TryMake(binder, tree, root, declared, out var code, out var type))
        {
            expression = new CompiledExpression(ExpressionPrinter.Print(tree), type, code, binder.UsedSlots);
            return true;
        }
        errors = binder.Errors;
        return false;
    }
}
