namespace Appliance.Inference.Repository.TextFormat;

/// <summary>
/// Where each field of a read message stands in its text, by path: <c>dynamic_batching.preferred_batch_size[0]</c>,
/// <c>parameters["execution_mode"].string_value</c>. A repeated field's own path is that of its first mention. Immutable.
/// </summary>
public sealed class FieldPositions
{
    private readonly Dictionary<string, FieldPosition> _byPath = new(StringComparer.Ordinal);

    internal FieldPositions(IEnumerable<KeyValuePair<string, FieldPosition>> entries)
    {
        foreach (var (path, position) in entries)
        {
            _byPath.TryAdd(path, position);
        }
    }

    public static FieldPositions None { get; } = new([]);

    public IReadOnlyCollection<string> Paths => _byPath.Keys;

    /// <summary>True where the text sets the field, be it to its default value.</summary>
    public bool Contains(string path) => _byPath.ContainsKey(path);

    public bool TryFind(string path, out FieldPosition position) => _byPath.TryGetValue(path, out position);

    /// <summary>
    /// The field's own position, or that of the closest field around it that the text mentions; null where there is none.
    /// </summary>
    public FieldPosition? Nearest(string path)
    {
        for (var candidate = path; candidate.Length > 0; candidate = candidate[..Math.Max(0, candidate.LastIndexOfAny(['.', '[']))])
        {
            if (_byPath.TryGetValue(candidate, out var position))
            {
                return position;
            }
        }
        return null;
    }
}
