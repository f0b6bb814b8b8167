using System.Diagnostics.CodeAnalysis;
using FeatureModel.Values;

namespace FeatureModel.Expressions;

/// <summary>
/// The names that expressions may use: inputs with their slots and types, and lookup tables. Filled first, then read by any number of threads.
/// A name without a view means the input without one, else the one view's feature of that name; where several views have it, it must be qualified.
/// </summary>
public sealed class ExpressionScope
{
    private readonly Dictionary<string, List<ExpressionInput>> _inputs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LookupTable> _tables = new(StringComparer.Ordinal);

    /// <summary>Length of the span that an evaluation needs: one more than the greatest slot.</summary>
    public int SlotCount { get; private set; }

    public IEnumerable<ExpressionInput> Inputs => _inputs.Values.SelectMany(i => i).OrderBy(i => i.Slot);

    public IEnumerable<LookupTable> Tables => _tables.Values.OrderBy(t => t.Name, StringComparer.Ordinal);

    /// <summary>Adds an input in the next free slot, and returns the slot.</summary>
    public int Add(string? view, string name, FeatureDataType type)
    {
        var slot = SlotCount;
        Add(new ExpressionInput(view, name, type, slot));
        return slot;
    }

    /// <summary>Adds an input in a slot of the caller's choice.</summary>
    public void Add(ExpressionInput input)
    {
        ArgumentException.ThrowIfNullOrEmpty(input.Name);
        ArgumentOutOfRangeException.ThrowIfNegative(input.Slot);
        if (!_inputs.TryGetValue(input.Name, out var same)) _inputs.Add(input.Name, same = []);
        if (same.Exists(i => i.View == input.View)) throw new ArgumentException($"The input {input} is there already.", nameof(input));
        same.Add(input);
        SlotCount = Math.Max(SlotCount, input.Slot + 1);
    }

    public void Add(LookupTable table)
    {
        if (!_tables.TryAdd(table.Name, table)) throw new ArgumentException($"The lookup table {table.Name} is there already.", nameof(table));
    }

    public bool TryGetTable(string name, [NotNullWhen(true)] out LookupTable? table) => _tables.TryGetValue(name, out table);

    /// <summary>Finds what a name means.</summary>
    /// <param name="view">The view it is qualified by, or null.</param>
    /// <param name="name">The name itself.</param>
    /// <param name="input">What it means.</param>
    /// <param name="rule">Why it means nothing.</param>
    public bool TryResolve(string? view, string name, out ExpressionInput input, [NotNullWhen(false)] out string? rule)
    {
        input = default;
        rule = null;
        if (!_inputs.TryGetValue(name, out var same)) same = [];
        var at = same.FindIndex(i => i.View == view);
        if (at < 0 && view is null && same.Count == 1) at = 0;
        if (at >= 0)
        {
            input = same[at];
            return true;
        }
        rule = view is null && same.Count > 1
            ? $"{same.Count} views have a feature of this name; write {string.Join(" or ", same.Take(3))}"
            : "no such input" + NearNames.Question(view is null ? name : $"{view}.{name}", Inputs.SelectMany(i => new[] { i.Name, i.ToString() }));
        return false;
    }
}
