namespace Appliance.Inference.Repository.TextFormat;

/// <summary>Collects positions while a text is read. Not thread-safe.</summary>
internal sealed class FieldPositionsBuilder
{
    private readonly List<KeyValuePair<string, FieldPosition>> _entries = [];

    public int Count => _entries.Count;

    public void Add(string path, FieldPosition position) => _entries.Add(new(path, position));

    /// <summary>
    /// Gives the entries from <paramref name="first"/> on another prefix: a map entry is known by its key only once it has been read.
    /// </summary>
    public void Rename(int first, string prefix, string replacement)
    {
        for (var i = first; i < _entries.Count; i++)
        {
            var (path, position) = _entries[i];
            if (path.StartsWith(prefix, StringComparison.Ordinal))
            {
                _entries[i] = new(string.Concat(replacement, path.AsSpan(prefix.Length)), position);
            }
        }
    }

    public FieldPositions Build() => new(_entries);
}
