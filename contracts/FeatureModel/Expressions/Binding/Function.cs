using FeatureModel.Expressions.Nodes;
using FeatureModel.Expressions.Syntax;

namespace FeatureModel.Expressions.Binding;

/// <summary>Checks a call's arguments and makes the part; null with a reported error where they do not fit.</summary>
internal delegate Operand? CallBinding(Binder binder, CallSyntax call, Operand[] arguments);

/// <summary>A function of the language.</summary>
/// <param name="Signature">How it is called, for messages.</param>
/// <param name="Least">Arguments at least.</param>
/// <param name="Most">Arguments at most.</param>
/// <param name="Bind">Its rule.</param>
internal sealed record Function(string Signature, int Least, int Most, CallBinding Bind)
{
    public string Name { get; } = Signature[..Signature.IndexOf('(')];

    /// <summary>Whether the word null may stand for an argument.</summary>
    public bool TakesNull { get; init; }

    /// <summary>Whether the first argument is a lookup table's name.</summary>
    public bool TakesTable { get; init; }

    /// <summary>How many arguments it takes, for messages.</summary>
    public string Counts => (Least, Most) switch
    {
        (1, 1) => "1 argument",
        _ when Least == Most => $"{Least} arguments",
        (_, ExpressionLimits.Arguments) => $"{Least} arguments or more",
        _ => $"{Least} or {Most} arguments",
    };

    /// <summary>A function that is one of several operations by its arguments' types: the first that fits.</summary>
    public static Function Of(string signature, params Overload[] overloads)
    {
        var count = overloads[0].Parameters.Length;
        return new Function(signature, count, count, (binder, call, arguments) => Choose(binder, call, arguments, signature, overloads));
    }

    private static Operand? Choose(Binder binder, CallSyntax call, Operand[] arguments, string signature, Overload[] overloads)
    {
        foreach (var overload in overloads)
        {
            if (!overload.Takes(arguments)) continue;
            var nodes = new Node[arguments.Length];
            for (var i = 0; i < nodes.Length; i++)
            {
                arguments[i] = Coercion.To(arguments[i], overload.Parameters[i]);
                nodes[i] = arguments[i].Code!;
            }
            return Binder.Make(call, overload.Result, overload.Make(nodes), arguments);
        }
        for (var i = 0; i < arguments.Length; i++)
        {
            var argument = arguments[i];
            if (!Array.Exists(overloads, o => Coercion.Allows(argument.Type, o.Parameters[i])))
            {
                return binder.Fail(argument.Syntax, $"{signature} does not take {argument.Type.Describe()} here");
            }
        }
        return binder.Fail(call, $"{signature} does not take {string.Join(" with ", arguments.Select(a => a.Type.Describe()))}");
    }
}
