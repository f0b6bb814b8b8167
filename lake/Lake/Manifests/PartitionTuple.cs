namespace Lake.Manifests;

/// <summary>The values of one partition, in the order of its spec's fields, as <see cref="Values.SingleValue"/> boxes them. Equal by value. Immutable.</summary>
public sealed class PartitionTuple(object?[] values) : IEquatable<PartitionTuple>
{
    public static readonly PartitionTuple Empty = new([]);

    public IReadOnlyList<object?> Values => values;

    public bool Equals(PartitionTuple? other)
    {
        if (other is null || other.Values.Count != values.Length) return false;
        for (var i = 0; i < values.Length; i++)
        {
            var same = values[i] is byte[] bytes && other.Values[i] is byte[] others ? bytes.AsSpan().SequenceEqual(others) : Equals(values[i], other.Values[i]);
            if (!same) return false;
        }
        return true;
    }

    public override bool Equals(object? obj) => Equals(obj as PartitionTuple);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var value in values)
        {
            if (value is byte[] bytes) hash.AddBytes(bytes);
            else hash.Add(value);
        }
        return hash.ToHashCode();
    }
}
