using FeatureModel.Expressions.Nodes;
using FeatureModel.Expressions.Syntax;
using FeatureModel.Values;

namespace FeatureModel.Expressions.Binding;

/// <summary>Checks a tree against the names and types of a scope and makes what evaluates it. Reports all errors it meets. One use.</summary>
internal sealed class Binder(string text, ExpressionScope scope)
{
    private readonly List<ExpressionError> _errors = [];
    private readonly SortedSet<int> _slots = [];

    public IReadOnlyList<ExpressionError> Errors => _errors;
    public int[] UsedSlots => [.. _slots];

    /// <summary>The checked part; null where it or a part of it is at fault, which is then reported.</summary>
    public Operand? Bind(SyntaxNode node) => node switch
    {
        // Near names take time to find, so there is an end to the errors that they are found for.
        _ when _errors.Count == ExpressionLimits.Errors => null,
        LiteralSyntax literal => OfLiteral(literal),
        NameSyntax name => BindName(name),
        UnarySyntax unary => Bind(unary.Operand) is { } operand ? Operators.BindUnary(this, unary, operand) : null,
        BinarySyntax binary => BindBinary(binary),
        InSyntax membership => Bind(membership.Operand) is { } operand ? Membership.Bind(this, membership, operand) : null,
        ElementSyntax element => BindElement(element),
        CallSyntax call => BindCall(call),
        _ => throw new System.Diagnostics.UnreachableException($"No rule for {node.GetType().Name}."),
    };

    /// <summary>Reports that a part is at fault.</summary>
    public Operand? Fail(SyntaxNode at, string rule)
    {
        _errors.Add(ExpressionError.At(text, at.Start, at.Length, rule));
        return null;
    }

    /// <summary>A part that has been made; where it reads no input, its value in its place.</summary>
    public static Operand Make(SyntaxNode at, ExpressionType type, Node code, params ReadOnlySpan<Operand> of)
    {
        var isConstant = true;
        foreach (var operand in of) isConstant &= operand.Code!.IsConstant;
        return new Operand(type, Coercion.Fold(code, isConstant), at);
    }

    public bool TryGetTable(NameSyntax name, out LookupTable? table)
    {
        if (name.View is null && scope.TryGetTable(name.Name, out table)) return true;
        table = null;
        Fail(name, "no such lookup table" + NearNames.Question(name.Name, scope.Tables.Select(t => t.Name)));
        return false;
    }

    /// <summary>A value that is written out, or the word null.</summary>
    public static Operand OfLiteral(LiteralSyntax literal) => literal.Value switch
    {
        null => new Operand(ExpressionType.Null, null, literal),
        bool truth => new Operand(ExpressionType.Bool, new Constant<bool>(isNull: false, truth), literal),
        long whole => new Operand(ExpressionType.Int64, new Constant<long>(isNull: false, whole), literal),
        double number => new Operand(ExpressionType.Double, new Constant<double>(isNull: false, number), literal),
        var other => new Operand(ExpressionType.String, new Constant<string>(isNull: false, (string)other), literal),
    };

    private Operand? BindName(NameSyntax name)
    {
        if (!scope.TryResolve(name.View, name.Name, out var input, out var rule)) return Fail(name, rule + HintAtFunction(name));
        var type = ExpressionTypes.Of(input.Type);
        if (type == ExpressionType.Unreadable) return Fail(name, $"its type is {input.Type.Name()}, which expressions do not read");
        _slots.Add(input.Slot);
        Node code = type switch
        {
            ExpressionType.Bool => new TruthSlot(input),
            ExpressionType.Double => new NumberSlot(input),
            ExpressionType.String => new TextSlot(input),
            ExpressionType.Int64 => new WholeSlot(input, input.Type == FeatureDataType.Int32 ? FeatureDataType.Int64 : FeatureDataType.Int32),
            ExpressionType.Timestamp => new WholeSlot(input, FeatureDataType.UnixTimestamp),
            _ => new ListSlot(input),
        };
        return new Operand(type, code, name);
    }

    private static string HintAtFunction(NameSyntax name) =>
        name.View is null && FunctionTable.TryGet(name.Name, out var function) ? $"; the function is called as {function.Signature}" : "";

    private Operand? BindBinary(BinarySyntax binary)
    {
        var left = Bind(binary.Left);
        var right = Bind(binary.Right);
        return left is { } l && right is { } r ? Operators.BindBinary(this, binary, l, r) : null;
    }

    private Operand? BindElement(ElementSyntax element)
    {
        if (Bind(element.List) is not { } list || Bind(element.Index) is not { } index) return null;
        if (!list.Type.IsList()) return Fail(element.List, $"[ ] takes an element of a list, and this is {list.Type.Describe()}");
        if (index.Type != ExpressionType.Int64) return Fail(element.Index, $"a list's index is an int64, counted from 0, and this is {index.Type.Describe()}");
        Node code = list.Type.Element() switch
        {
            ExpressionType.Bool => new ElementOf<TruthElement, bool>(list.List, index.Whole),
            ExpressionType.Double => new ElementOf<NumberElement, double>(list.List, index.Whole),
            ExpressionType.String => new ElementOf<TextElement, string>(list.List, index.Whole),
            _ => new ElementOf<WholeElement, long>(list.List, index.Whole),
        };
        return Make(element, list.Type.Element(), code, list, index);
    }

    private Operand? BindCall(CallSyntax call)
    {
        if (!FunctionTable.TryGet(call.Name, out var function))
        {
            return Fail(call, $"no such function as {call.Name}" + NearNames.Question(call.Name, FunctionTable.Names));
        }
        var count = call.Arguments.Count;
        if (count < function.Least || count > function.Most)
        {
            return Fail(call, $"{function.Signature} takes {function.Counts}, and here are {count}");
        }
        var arguments = new Operand[count];
        var sound = true;
        for (var i = 0; i < count; i++)
        {
            // A table's name is no value; its function looks it up itself.
            if (i == 0 && function.TakesTable) continue;
            if (Bind(call.Arguments[i]) is { } argument) arguments[i] = argument;
            else sound = false;
        }
        return sound && AllowsNulls(function, arguments) ? function.Bind(this, call, arguments) : null;
    }

    private bool AllowsNulls(Function function, Operand[] arguments)
    {
        if (function.TakesNull) return true;
        foreach (var argument in arguments)
        {
            if (argument.Type != ExpressionType.Null) continue;
            Fail(argument.Syntax, $"of the word null {function.Name} makes nothing but null; it stands only in if, coalesce and the default of lookup");
            return false;
        }
        return true;
    }
}
