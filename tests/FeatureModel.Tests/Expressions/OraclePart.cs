using System.Globalization;

namespace FeatureModel.Tests.Expressions;

/// <summary>
/// A part of a random expression as the tests see it, apart from everything that the language's own code knows.
/// Types: i whole number, d double, b bool, s string, t time, u duration.
/// </summary>
/// <param name="Op">An operator, a function, <c>name</c> or <c>value</c>.</param>
/// <param name="Type">The letter of its type.</param>
/// <param name="Value">The name of a name, the value of a value.</param>
/// <param name="Of">Its operands.</param>
internal sealed record OraclePart(string Op, char Type, object? Value, params OraclePart[] Of)
{
    private static readonly string[] Infix = ["+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "and", "or"];

    /// <summary>The expression with more parentheses and spaces than it needs.</summary>
    /// <param name="name">What to write for a name.</param>
    public string Text(Func<OraclePart, string> name) => Op switch
    {
        "name" => name(this),
        "value" => Literal(Value, Type),
        "neg" => $"-({Of[0].Text(name)})",
        "not" => $"not ({Of[0].Text(name)})",
        "in" => $"({Of[0].Text(name)})  in ({string.Join(",", Of.Skip(1).Select(o => o.Text(name)))})",
        _ when Infix.Contains(Op) => $"({Of[0].Text(name)}) {Op}  ({Of[1].Text(name)})",
        _ => $"{Op}( {string.Join(" , ", Of.Select(o => o.Text(name)))})",
    };

    /// <summary>The text of a value, null with its type included.</summary>
    public static string Literal(object? value, char type) => (value, type) switch
    {
        (null, 'i') => "if(true, null, 0)",
        (null, 'd') => "if(true, null, 0.0)",
        (null, 'b') => "if(true, null, true)",
        (null, 's') => "if(true, null, '')",
        (null, 't') => "if(true, null, to_timestamp(0))",
        (long seconds, 't') => $"to_timestamp({(seconds / 1_000_000).ToString(CultureInfo.InvariantCulture)})",
        (long whole, 'u') => $"duration('{(whole / 1_000_000).ToString(CultureInfo.InvariantCulture)}s')",
        (long whole, _) => whole.ToString(CultureInfo.InvariantCulture),
        (double number, _) => number.ToString("E16", CultureInfo.InvariantCulture),
        (bool truth, _) => truth ? "true" : "false",
        (string text, _) => $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}'",
        _ => throw new ArgumentException($"{value} is no {type}."),
    };
}
