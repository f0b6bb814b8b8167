using FeatureModel.Expressions.Nodes;
using FeatureModel.Expressions.Syntax;
using FeatureModel.Values;

namespace FeatureModel.Expressions.Binding;

/// <summary>Functions that take values of any type.</summary>
internal static class GeneralFunctions
{
    public static Operand? BindIf(Binder binder, CallSyntax call, Operand[] arguments)
    {
        var condition = arguments[0];
        if (condition.Type != ExpressionType.Bool)
        {
            return binder.Fail(condition.Syntax, $"the condition of if is a bool, and this is {condition.Type.Describe()}");
        }
        if (Unify(binder, call, arguments.AsSpan(1)) is not { } type) return null;
        Operand then = arguments[1], otherwise = arguments[2];
        Node code = type switch
        {
            ExpressionType.Bool => new Conditional<bool>(condition.Truth, then.Truth, otherwise.Truth),
            ExpressionType.Double => new Conditional<double>(condition.Truth, then.Number, otherwise.Number),
            ExpressionType.String => new Conditional<string>(condition.Truth, then.Text, otherwise.Text),
            _ => new Conditional<long>(condition.Truth, then.Whole, otherwise.Whole),
        };
        return Binder.Make(call, type, code, arguments);
    }

    public static Operand? BindCoalesce(Binder binder, CallSyntax call, Operand[] arguments)
    {
        if (Unify(binder, call, arguments) is not { } type) return null;
        Node code = type switch
        {
            ExpressionType.Bool => new Coalesce<bool>(All<bool>(arguments)),
            ExpressionType.Double => new Coalesce<double>(All<double>(arguments)),
            ExpressionType.String => new Coalesce<string>(All<string>(arguments)),
            _ => new Coalesce<long>(All<long>(arguments)),
        };
        return Binder.Make(call, type, code, arguments);
    }

    public static Operand? BindIsNull(Binder binder, CallSyntax call, Operand[] arguments)
    {
        Node code = arguments[0].Code switch
        {
            Node<bool> truth => new IsNull<bool>(truth),
            Node<double> number => new IsNull<double>(number),
            Node<string> text => new IsNull<string>(text),
            Node<long> whole => new IsNull<long>(whole),
            var list => new IsNull<Array>((Node<Array>)list!),
        };
        return Binder.Make(call, ExpressionType.Bool, code, arguments);
    }

    public static Operand? BindConcat(Binder binder, CallSyntax call, Operand[] arguments)
    {
        foreach (var argument in arguments)
        {
            if (argument.Type != ExpressionType.String)
            {
                return binder.Fail(argument.Syntax, $"concat joins strings, and this is {argument.Type.Describe()}; to_string(x) makes one of a number");
            }
        }
        return Binder.Make(call, ExpressionType.String, new Concat(All<string>(arguments)), arguments);
    }

    public static Operand? BindLookup(Binder binder, CallSyntax call, Operand[] arguments)
    {
        if (call.Arguments[0] is not NameSyntax name) return binder.Fail(call.Arguments[0], "the first argument of lookup is a lookup table's name");
        if (!binder.TryGetTable(name, out var table)) return null;
        ExpressionType keyType = ExpressionTypes.Of(table!.KeyType), valueType = ExpressionTypes.Of(table.ValueType);
        var key = arguments[1];
        if (key.Type != keyType) return binder.Fail(key.Syntax, $"the keys of {name.Name} are {table.KeyType.Name()}, and this is {key.Type.Describe()}");
        var otherwise = arguments.Length == 3 ? arguments[2] : new Operand(ExpressionType.Null, null, call);
        if (!Coercion.Allows(otherwise.Type, valueType))
        {
            return binder.Fail(otherwise.Syntax, $"the values of {name.Name} are {table.ValueType.Name()}, and this default is {otherwise.Type.Describe()}");
        }
        otherwise = Coercion.To(otherwise, valueType);
        var code = keyType == ExpressionType.String ? OfKey(table, key.Text, otherwise) : OfKey(table, key.Whole, otherwise);
        return Binder.Make(call, valueType, code, key, otherwise);
    }

    private static Node OfKey<TKey>(LookupTable table, Node<TKey> key, Operand otherwise) where TKey : notnull => table.ValueType switch
    {
        FeatureDataType.String => new LookupIn<TKey, string>((Dictionary<TKey, string>)table.Entries, key, otherwise.Text),
        FeatureDataType.Int64 => new LookupIn<TKey, long>((Dictionary<TKey, long>)table.Entries, key, otherwise.Whole),
        _ => new LookupIn<TKey, double>((Dictionary<TKey, double>)table.Entries, key, otherwise.Number),
    };

    /// <summary>Brings all operands to one type; null with a reported error where there is none.</summary>
    public static ExpressionType? Unify(Binder binder, CallSyntax call, Span<Operand> operands)
    {
        foreach (var operand in operands)
        {
            if (!operand.Type.IsList()) continue;
            binder.Fail(operand.Syntax, $"{call.Name} does not choose between lists");
            return null;
        }
        var common = Coercion.Common(operands);
        if (common is null)
        {
            var types = operands.ToArray().Select(o => o.Type.Describe()).Distinct(StringComparer.Ordinal);
            binder.Fail(call, $"the values that {call.Name} chooses from are of one type, and here are {string.Join(" and ", types)}");
            return null;
        }
        if (common == ExpressionType.Null)
        {
            binder.Fail(call, $"{call.Name} is always null here, of no type");
            return null;
        }
        foreach (ref var operand in operands) operand = Coercion.To(operand, common.Value);
        return common;
    }

    public static Node<T>[] All<T>(ReadOnlySpan<Operand> operands)
    {
        var nodes = new Node<T>[operands.Length];
        for (var i = 0; i < nodes.Length; i++) nodes[i] = (Node<T>)operands[i].Code!;
        return nodes;
    }
}
